import { GATEWAY_DEFAULTS, type Gateway, type NewGateway } from '@sluice/storage';
import type { PlannedChange } from './change.ts';
import type { Comparison } from './compare.ts';
import { differences } from './fields.ts';
import { withoutHints } from './hints.ts';
import { chooseRuleIds } from './rule-ids.ts';
import { toGatewayConfig } from './views.ts';

type Settings = Omit<NewGateway, 'account' | 'id'>;

/** What makes or changes the gateway itself, if anything does. */
export function compareGateway(
  id: string,
  wanted: Settings,
  { state, problems }: Pick<Comparison, 'state' | 'problems'>,
): readonly PlannedChange[] {
  const known = state.gateways.find((gateway) => gateway.id === id);
  const { otel = null, stripe = null } = wanted;
  const { settings: secrets, strange } = withoutHints({ otel, stripe }, known);
  for (const path of strange) problems.add(['gateways', id, ...path], IS_HINT);
  const spendLimits = chooseRuleIds(wanted.spendLimits, known?.spendLimits);
  const settings = { ...wanted, ...secrets, spendLimits };
  const before = toGatewayConfig(known ?? { ...NOTHING, id });
  const after = toGatewayConfig(shownAs(id, settings, known));
  const fields = differences(before, after);
  if (known === undefined) {
    const gateway = { ...settings, account: state.account, id };
    const write = { type: 'gateway.create', gateway } as const;
    return [{ action: 'create', kind: 'gateway', id, fields, write, audit: { resource: 'gateway', id, after } }];
  }
  if (fields.length === 0) return [];
  const gateway = { ...kept(settings, known), account: state.account, id };
  const write = { type: 'gateway.update', gateway } as const;
  return [{ action: 'update', kind: 'gateway', id, fields, write, audit: { resource: 'gateway', id, before, after } }];
}

/** Takes a gateway away, with everything that is for it alone. */
export function removedGateway(known: Gateway): PlannedChange {
  const { id } = known;
  const audit = { resource: 'gateway', id, before: toGatewayConfig(known) };
  return { action: 'delete', kind: 'gateway', id, fields: [], write: { type: 'gateway.delete', id }, audit };
}

const IS_HINT = 'This is a hint that stands for no stored value. Write the value in full, or { "env": "NAME" }.';

const NOTHING = { ...GATEWAY_DEFAULTS, account: '', createdAt: 0, modifiedAt: 0 };

function shownAs(id: string, settings: Settings, known: Gateway | undefined): Gateway {
  const authentication = settings.authentication ?? known?.authentication ?? NOTHING.authentication;
  return { ...NOTHING, ...settings, id, authentication };
}

/** One that each process decides for itself stays so where the file only repeats what was shown. */
function kept({ authentication, ...settings }: Settings, known: Gateway): Settings {
  const isSame = authentication === undefined || authentication === known.authentication;
  return isSame ? settings : { ...settings, authentication };
}
