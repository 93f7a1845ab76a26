import type { JsonValue } from '@sluice/storage';
import { SECRET_FIELDS } from './problems.ts';

/** A view as JSON, with what may be a credential masked at any depth. */
export function withoutSecrets(view: unknown): JsonValue {
  return JSON.parse(JSON.stringify(view, mask)) as JsonValue;
}

function mask(this: unknown, key: string, value: unknown): unknown {
  return SECRET_FIELDS.has(key) && value !== null && value !== undefined ? '[secret]' : value;
}
