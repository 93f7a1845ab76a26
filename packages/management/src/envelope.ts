import type { Page, PageRequest } from '@sluice/storage';

/** A problem or a remark, as `errors` and `messages` of the envelope hold them. */
export interface Notice {
  readonly code: number;
  readonly message: string;
  /** Where in the request, for validation problems: `["body", "name"]`. */
  readonly path?: readonly string[];
}

/** What every JSON answer of the API looks like. */
export interface Envelope {
  readonly success: boolean;
  readonly errors: readonly Notice[];
  readonly messages: readonly Notice[];
  readonly result: unknown;
  readonly result_info?: ResultInfo;
}

interface ResultInfo {
  readonly page: number;
  readonly per_page: number;
  /** How many are on this page. */
  readonly count: number;
  readonly total_count: number;
}

/** One object, with remarks about it. */
export function single(result: unknown, messages: readonly Notice[] = []): Envelope {
  return { success: true, errors: [], messages, result };
}

/** One page of a list. Clients read on until a page is empty. */
export function listed(result: readonly unknown[], { total }: Page<unknown>, { page, perPage }: PageRequest): Envelope {
  const result_info = { page, per_page: perPage, count: result.length, total_count: total };
  return { success: true, errors: [], messages: [], result, result_info };
}

/** Why nothing came of it. */
export function failed(errors: readonly Notice[]): Envelope {
  return { success: false, errors, messages: [], result: {} };
}
