import type { CustomProvider, CustomProviderQuery } from '@sluice/storage';
import { z } from 'zod';
import { type AddressRules, baseUrl } from './custom-provider-address.ts';
import { headers } from './custom-provider-headers.ts';
import { direction, flag, page, perPage } from './paging.ts';

/** A provider to be. */
export type CustomProviderBody = Omit<CustomProvider, 'id' | 'account' | 'logo' | 'createdAt' | 'modifiedAt'>;

/** What is undefined stays. */
export type CustomProviderPatch = { readonly [K in keyof CustomProviderBody]: CustomProviderBody[K] | undefined };

const SLUG_RULE = '"slug" has 1 to 64 lower-case letters, digits and "-", the first and last no "-": my-llm.';

const ORDER_RULE = `"order_by" must be 'name' | 'slug' | 'position' | 'created_at' | 'modified_at', with ' asc' or ' desc' behind it if you like.`;

const text = (most: number) => z.string().max(most).nullable();

function fields(rules: AddressRules) {
  return {
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .meta({ examples: ['My LLM'] }),
    base_url: baseUrl(rules),
    enable: z.boolean(),
    beta: z.boolean(),
    description: text(2048),
    link: text(2048),
    curl_example: text(16_384),
    js_example: text(16_384),
    headers: headers.nullable(),
    position: z.int().min(0).nullable(),
  };
}

/** The body that creates a provider. */
export function newCustomProvider(rules: AddressRules): z.ZodType<CustomProviderBody> {
  const all = fields(rules);
  return z
    .strictObject({
      ...all,
      slug: z
        .string()
        .regex(/^(?=.{1,64}$)[a-z\d](?:[a-z\d-]*[a-z\d])?$/, SLUG_RULE)
        .meta({ examples: ['my-llm'] }),
      enable: all.enable.default(false),
      beta: all.beta.default(false),
      description: all.description.default(null),
      link: all.link.default(null),
      curl_example: all.curl_example.default(null),
      js_example: all.js_example.default(null),
      headers: all.headers.default(null),
      position: all.position.default(null),
    })
    .transform(({ base_url, curl_example, js_example, ...wire }) => ({
      ...wire,
      baseUrl: base_url,
      curlExample: curl_example,
      jsExample: js_example,
    }));
}

/** The body that changes one. What only the server sets may stand in it, so that it can be sent back as it was shown. */
export function customProviderPatch(rules: AddressRules): z.ZodType<CustomProviderPatch> {
  return z
    .strictObject({
      ...z.object(fields(rules)).partial().shape,
      slug: z.string().optional(),
      id: z.unknown().optional(),
      logo: z.unknown().optional(),
      account_id: z.unknown().optional(),
      account_tag: z.unknown().optional(),
      created_at: z.unknown().optional(),
      modified_at: z.unknown().optional(),
    })
    .transform((wire) => ({
      slug: wire.slug,
      name: wire.name,
      baseUrl: wire.base_url,
      enable: wire.enable,
      beta: wire.beta,
      description: wire.description,
      link: wire.link,
      curlExample: wire.curl_example,
      jsExample: wire.js_example,
      headers: wire.headers,
      position: wire.position,
    }));
}

/** Which providers are wanted. `order_by` may name the direction too, as it is published: `name ASC`. */
export const customProviderQuery: z.ZodType<CustomProviderQuery> = z
  .strictObject({
    page: page(),
    per_page: perPage(),
    enable: flag(),
    beta: flag(),
    search: z.string().optional(),
    order_by: z
      .string()
      .regex(/^(?:name|slug|position|created_at|modified_at)(?: (?:asc|desc))?$/i, ORDER_RULE)
      .optional(),
    order_by_direction: direction(),
  })
  .transform(({ per_page, order_by, order_by_direction, ...query }) => {
    const [name = '', way] = order_by?.toLowerCase().split(' ') ?? [];
    return {
      ...query,
      perPage: per_page,
      orderBy: ORDERS[name],
      direction: order_by_direction ?? (way as 'asc' | 'desc' | undefined),
    };
  });

const ORDERS: Readonly<Record<string, CustomProviderQuery['orderBy']>> = {
  name: 'name',
  slug: 'slug',
  position: 'position',
  created_at: 'createdAt',
  modified_at: 'modifiedAt',
};
