import type { Call } from '../contracts/call.ts';
import type { Attempt } from '../contracts/reply.ts';

/** Where more than one try or step was needed, the answer says who gave it and how the tries went. */
export function tellAttempts(headers: Record<string, string>, served: Call, attempts: readonly Attempt[]): void {
  headers['cf-aig-provider'] = visible(served.provider.id);
  const { model } = served.request;
  if (model !== null) headers['cf-aig-model'] = visible(model);
  headers['cf-aig-attempts'] = attempts.map(describe).join(', ').slice(0, LONGEST);
}

const LONGEST = 2000;

function describe({ provider, model, status, error }: Attempt): string {
  return `${visible(model === null ? provider : `${provider}/${model}`)} ${visible(error?.code ?? String(status ?? 'error'))}`;
}

/** What stands in a header: visible ASCII, and nothing that would end this entry of the list. */
function visible(text: string): string {
  return text.replace(/[^\x21-\x2b\x2d-\x7e]/g, '_').slice(0, 100);
}
