import { z } from 'zod';

/** How a route answers when all is well. */
export interface Answer {
  readonly status: 200 | 302;
  /** The media type; undefined for no body. */
  readonly type: string | undefined;
  /** The whole body; undefined where that is no JSON. */
  readonly schema: z.ZodType | undefined;
}

/** One thing in the envelope. */
export function one(result: z.ZodType): Answer {
  return json(z.strictObject({ ...success, result }));
}

/** A page of a list in the envelope; `info` is what it says of the list beyond the usual. */
export function many(entry: z.ZodType, info: Readonly<Record<string, z.ZodType>> = {}): Answer {
  return json(
    z.strictObject({ ...success, result: z.array(entry), result_info: z.strictObject({ ...paging, ...info }) }),
  );
}

/** JSON without the usual envelope. */
export function json(schema: z.ZodType): Answer {
  return { status: 200, type: 'application/json', schema };
}

/** Bytes of this type; of any unless given. */
export function bytes(type = '*/*'): Answer {
  return { status: 200, type, schema: undefined };
}

/** The way to another address. */
export const redirect: Answer = { status: 302, type: undefined, schema: undefined };

/** A moment as answers write it. */
export function time(): z.ZodType<string> {
  return z.iso.datetime();
}

const notice = z
  .strictObject({
    code: z.int(),
    message: z.string(),
    path: z.array(z.string()).optional().describe('Where in the request, for validation problems.'),
  })
  .meta({ id: 'Notice' });

/** The envelope around the reasons why nothing came of it. */
export const failure: z.ZodType = z
  .strictObject({
    success: z.literal(false),
    errors: z.array(notice).min(1),
    messages: z.array(notice),
    result: z.strictObject({}),
  })
  .meta({ id: 'Failure' });

const success = {
  success: z.literal(true),
  errors: z.array(notice).max(0),
  messages: z.array(notice).describe('Remarks, such as settings that this version keeps and does not act upon.'),
};

const paging = {
  page: z.int(),
  per_page: z.int(),
  count: z.int().describe('How many are on this page.'),
  total_count: z.int(),
};
