import type { JsonValue } from '@sluice/storage';

/** Settings in which each spend limit without an id has the mark of one to be chosen: by itself the schema would draw lots. */
export function markRuleIds(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const limits = settings.spend_limits;
  if (!isObject(limits) || !Array.isArray(limits.rules)) return settings;
  const rules = limits.rules.map((rule: unknown) => (isObject(rule) ? { id: TO_BE_CHOSEN, ...rule } : rule));
  return { ...settings, spend_limits: { ...limits, rules } };
}

/** Spend limits in which each marked rule has the id of the stored one at its place, or one that nobody has. */
export function chooseRuleIds(limits: JsonValue | undefined, stored: JsonValue | undefined): JsonValue {
  if (!isObject(limits) || !Array.isArray(limits.rules)) return limits ?? null;
  const known: readonly unknown[] = isObject(stored) && Array.isArray(stored.rules) ? stored.rules : [];
  const rules = limits.rules.map((rule: unknown, index) => {
    if (!isObject(rule) || rule.id !== TO_BE_CHOSEN) return rule;
    const other = known[index];
    return { ...rule, id: isObject(other) ? other.id : crypto.randomUUID().slice(0, 8) };
  });
  return { ...limits, rules } as JsonValue;
}

const TO_BE_CHOSEN = '';

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
