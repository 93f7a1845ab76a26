import type { NewCredential } from '@sluice/storage';
import { z } from 'zod';

const ALIAS_RULE =
  '"alias" has 1 to 64 letters, digits, ".", "_" and "-", the first a letter or digit: default, team_b.';
const NO_STORE =
  'There is no Secrets Store here, so there is nothing "secret_id" could name. Send the credential itself as "secret".';
const PAIR = '"rate_limit" and "rate_limit_period" (in seconds) belong together: send both or neither.';

// Gateways have 0 and null for no limit, and so it is here.
const count = z
  .int()
  .min(0)
  .nullable()
  .default(null)
  .transform((number) => number || null);

const fields = {
  alias: z.string().regex(/^[a-z\d][\w.-]{0,63}$/i, ALIAS_RULE),
  default_config: z.boolean(),
  rate_limit: count,
  rate_limit_period: count,
};

// Pasted keys bring blanks and line ends along.
const secret = z.string().trim().min(1).max(16_384);

type Settings = Pick<Required<NewCredential>, 'alias' | 'isDefault' | 'rateLimit' | 'rateLimitPeriod'>;

/** A credential to be stored. */
export type NewConfig = Settings & Pick<NewCredential, 'provider' | 'secret'>;

/** The body that stores a credential. */
export const newConfig: z.ZodType<NewConfig> = z
  .strictObject({
    ...fields,
    provider_slug: z.string().min(1).max(64),
    secret,
    secret_id: z.never({ error: NO_STORE }).optional(),
  })
  .refine(isPaired, { error: PAIR, path: ['rate_limit_period'] })
  .transform((wire) => ({ ...toSettings(wire), provider: wire.provider_slug, secret: wire.secret }));

/** What replaces the settings of a credential, and its secret if there is one. */
export interface ConfigReplacement extends Settings {
  readonly secret: string | undefined;
  /** Repeated by a client that sends back what it was shown. */
  readonly provider: string | undefined;
  readonly secretId: string | undefined;
}

/** The body that replaces one. What only the server sets may stand in it, so that it can be sent back as it was shown. */
export const configReplacement: z.ZodType<ConfigReplacement> = z
  .strictObject({
    ...fields,
    secret: secret.optional(),
    provider_slug: z.string().optional(),
    secret_id: z.string().optional(),
    id: z.unknown().optional(),
    gateway_id: z.unknown().optional(),
    secret_preview: z.unknown().optional(),
    modified_at: z.unknown().optional(),
  })
  .refine(isPaired, { error: PAIR, path: ['rate_limit_period'] })
  .transform((wire) => ({
    ...toSettings(wire),
    secret: wire.secret,
    provider: wire.provider_slug,
    secretId: wire.secret_id,
  }));

/** What is said of a `secret_id` that is not the one that was shown. */
export const noSecretsStore: string = NO_STORE;

interface WireSettings {
  readonly alias: string;
  readonly default_config: boolean;
  readonly rate_limit: number | null;
  readonly rate_limit_period: number | null;
}

function isPaired({ rate_limit, rate_limit_period }: WireSettings): boolean {
  return (rate_limit === null) === (rate_limit_period === null);
}

function toSettings({ alias, default_config, rate_limit, rate_limit_period }: WireSettings): Settings {
  return { alias, isDefault: default_config, rateLimit: rate_limit, rateLimitPeriod: rate_limit_period };
}
