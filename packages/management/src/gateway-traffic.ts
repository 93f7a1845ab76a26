import type { RateLimitRule, TrafficPolicies } from '@sluice/core';
import { z } from 'zod';

const DAY = 86_400;

const milliseconds = z
  .int()
  .min(1)
  .max(DAY * 1000);

const cache = z.strictObject({
  streams: z.boolean().exactOptional(),
  staleWhileRevalidateSeconds: z
    .int()
    .min(0)
    .max(30 * DAY)
    .exactOptional(),
});

const ID_RULE = 'The "id" of a rate limit has 1 to 64 letters, digits, "_" and "-": the counts belong to it.';
const PER_RULE =
  '"per" must be token, ip, metadata.{key} or header.{name} with the name in lower case: metadata.team, header.x-user.';

const counted = {
  id: z.string().regex(/^[\w-]{1,64}$/, ID_RULE),
  limit: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  per: z
    .string()
    .regex(/^(?:token|ip|metadata\..{1,100}|header\.[a-z\d!#$%&'*+.^_`|~-]{1,100})$/, PER_RULE)
    .exactOptional(),
};

const rateLimit: z.ZodType<RateLimitRule> = z.discriminatedUnion(
  'unit',
  [
    z.strictObject({
      ...counted,
      unit: z.enum(['requests', 'tokens']),
      intervalSeconds: z
        .int()
        .min(1)
        .max(366 * DAY),
      technique: z.enum(['fixed', 'sliding']).exactOptional(),
    }),
    z.strictObject({
      ...counted,
      unit: z.literal('concurrency'),
      intervalSeconds: z.never(ofWindows('intervalSeconds')).exactOptional(),
      technique: z.never(ofWindows('technique')).exactOptional(),
    }),
  ],
  { error: `The "unit" of a rate limit must be 'requests' | 'tokens' | 'concurrency'.` },
);

const rateLimits = z
  .array(rateLimit)
  .max(20)
  .superRefine((rules, context) => {
    for (const [index, { id }] of rules.entries()) {
      if (rules.findIndex((rule) => rule.id === id) === index) continue;
      const message = `Another rate limit has the id "${id}" too. Choose another one: the counts belong to it.`;
      context.addIssue({ code: 'custom', message, path: [index, 'id'] });
    }
  });

const retry = z.strictObject({
  statuses: z.array(z.int().min(400).max(599)).max(200).exactOptional(),
  maxTotalAttempts: z.int().min(1).max(100).exactOptional(),
  maxTotalMs: z.int().min(1).max(3_600_000).exactOptional(),
});

const LIMITS = ['firstByteMs', 'firstTokenMs', 'idleMs', 'totalMs'] as const;
const MODEL_RULE = '"model" must be {provider}/{model}, with "*" for any text: openai/gpt-5, anthropic/*.';

const timeout = z
  .strictObject({
    model: z
      .string()
      .max(256)
      .regex(/^[^\s/]+\/\S+$|^\S*\*\S*$/, MODEL_RULE)
      .exactOptional(),
    firstByteMs: milliseconds.exactOptional(),
    firstTokenMs: milliseconds.exactOptional(),
    idleMs: milliseconds.exactOptional(),
    totalMs: milliseconds.exactOptional(),
  })
  .refine((rule) => LIMITS.some((limit) => limit in rule), {
    error: `A timeout needs at least one of ${LIMITS.map((limit) => `"${limit}"`).join(', ')}.`,
  });

const breaker = z.strictObject({
  enabled: z.boolean().exactOptional(),
  failures: z.int().min(1).max(1000).exactOptional(),
  openSeconds: z.int().min(1).max(DAY).exactOptional(),
  failFast: z.boolean().exactOptional(),
});

/** Policies beyond the published fields. Names in here are camel case, as those of spend limits are. */
export const traffic: z.ZodType<TrafficPolicies> = z.strictObject({
  cache: cache.exactOptional(),
  rateLimits: rateLimits.exactOptional(),
  retry: retry.exactOptional(),
  timeouts: z.array(timeout).max(100).exactOptional(),
  breaker: breaker.exactOptional(),
});

function ofWindows(field: string) {
  return {
    error: `"${field}" is for "requests" and "tokens": a limit of "concurrency" counts the calls of the moment.`,
  };
}
