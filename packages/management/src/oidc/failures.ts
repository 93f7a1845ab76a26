import { Refusal } from '../refusal.ts';

/** Says why a sign-in came to nothing. What the person can't help is reported, for whoever runs the server. */
export function explainFailure(error: unknown, report: (error: unknown) => void): never {
  const said = textAt(error, 'error');
  if (said !== undefined && PERSONAL.has(said)) {
    throw new Refusal(401, 10000, `Authentication error: the identity provider says "${said}". ${BEGIN_AGAIN}`);
  }
  report(new Error(`Nobody could sign in with the identity provider: ${storyOf(error)}.`));
  if (NOT_VALID.has(textAt(error, 'code') ?? '')) {
    throw new Refusal(
      401,
      10000,
      `Authentication error: what the identity provider says is not valid here. ${BEGIN_AGAIN}`,
    );
  }
  const message = 'The sign-in failed between this server and the identity provider. The log of the server says why.';
  throw new Refusal(502, 10001, message);
}

/** The way to sign in anew. */
export const BEGIN_AGAIN = 'Begin again at /client/v4/session/oidc.';

/** A code that is too old or was used, and a person who said no. */
const PERSONAL: ReadonlySet<string> = new Set(['invalid_grant', 'access_denied']);

/** What came is not what was asked for: another nonce, a signature that is none, a token for somebody else. */
const NOT_VALID: ReadonlySet<string> = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
]);

/** What went wrong, in the words of the library. Its errors carry whole answers, which hold tokens, so they are not passed on. */
function storyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown failure';
  const said = [textAt(error, 'error'), textAt(error, 'error_description')].filter((text) => text !== undefined);
  const cause = error.cause instanceof Error ? [storyOf(error.cause)] : [];
  return [error.message, ...said, ...cause].join(': ');
}

function textAt(error: unknown, field: 'code' | 'error' | 'error_description'): string | undefined {
  const value = error instanceof Error ? (error as Error & Readonly<Record<string, unknown>>)[field] : undefined;
  return typeof value === 'string' ? value : undefined;
}
