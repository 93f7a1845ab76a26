import type { JsonValue } from '@sluice/storage';
import { z } from 'zod';

const action = z.enum(['BLOCK', 'FLAG']);

/** Data loss prevention: the older form with profiles, or a list of policies. */
export const dlp: z.ZodType<JsonValue> = z.union(
  [
    z.strictObject({ enabled: z.boolean(), action, profiles: z.array(z.string()) }),
    z.strictObject({
      enabled: z.boolean(),
      policies: z.array(
        z.strictObject({
          id: z.string(),
          enabled: z.boolean(),
          action,
          check: z.array(z.enum(['REQUEST', 'RESPONSE'])),
          profiles: z.array(z.string()),
        }),
      ),
    }),
  ],
  {
    error:
      "\"dlp\" must be { enabled, action: 'BLOCK' | 'FLAG', profiles: [id] } or " +
      "{ enabled, policies: [{ id, enabled, action, check: ['REQUEST', 'RESPONSE'], profiles: [id] }] }.",
  },
);

const CATEGORIES = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'S10', 'S11', 'S12', 'S13', 'P1'] as const;
const verdicts = z.strictObject(Object.fromEntries(CATEGORIES.map((category) => [category, action.optional()])));

/** What to do about each hazard category, in prompts and in responses. */
export const guardrails: z.ZodType<JsonValue> = z.strictObject({ prompt: verdicts, response: verdicts });

/** Where traces go. */
export const otel: z.ZodType<JsonValue> = z.array(
  z.strictObject({
    url: z.url({
      error: '"url" must be the address of an OpenTelemetry collector, such as https://otel.example/v1/traces.',
    }),
    headers: z.record(z.string(), z.string()),
    authorization: z.string().optional(),
    content_type: z.enum(['json', 'protobuf']).default('json'),
  }),
);

const only = z.strictObject({ mode: z.literal('filter'), values: z.array(z.string()) });

/** Budgets. Names in here are camel case, as published. */
export const spendLimits: z.ZodType<JsonValue> = z.strictObject({
  enabled: z.boolean().default(false),
  rules: z
    .array(
      z.strictObject({
        // Another one for each rule, which no reference could name.
        id: z.string().default(randomRuleId).meta({ default: undefined }),
        enabled: z.boolean().default(true),
        limitType: z.literal('cost'),
        limit: z.number().positive(),
        window: z.int().positive(),
        technique: z.enum(['fixed', 'sliding']).default('sliding'),
        model: only.optional(),
        provider: only.optional(),
        metadata: z
          .record(
            z.string(),
            z.discriminatedUnion('mode', [z.strictObject({ mode: z.literal('partition') }), only], {
              error: "A rule's metadata must be { mode: 'partition' } or { mode: 'filter', values: [text] }.",
            }),
          )
          .optional(),
      }),
    )
    .max(20)
    .default([]),
});

/** Where usage is billed. */
export const stripe: z.ZodType<JsonValue> = z.strictObject({
  authorization: z.string(),
  usage_events: z.array(z.strictObject({ payload: z.string() })),
});

function randomRuleId(): string {
  return crypto.randomUUID().slice(0, 8);
}
