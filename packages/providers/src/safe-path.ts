import { GatewayError } from '@sluice/core';

/**
 * Refuses a path that could leave the provider's base, in any spelling an upstream might decode: dot segments,
 * backslashes, whole URLs, empty segments, control characters. What passes may be appended to a base as it is.
 */
export function assertSafePath(path: string, allowsSlash: SlashRule = isModelId): void {
  // RFC 3986, 3.3: everything else must arrive percent-encoded. `?` and `#` would end the path.
  if (UNSAFE_CHARACTER.test(path)) {
    refuse(
      'holds a character that must be percent-encoded (a space, control character, backslash, "?", "#", non-ASCII)',
    );
  }
  if (WHOLE_URL.test(path)) refuse('is a whole URL; send only the part below the provider');
  if (path.startsWith('/') || path.includes('//'))
    refuse('holds "//"; remove the extra slash from the base URL or path');
  if (DOT_SEGMENT.test(path)) refuse('holds a "." or ".." segment; write it without');
  if (path.includes('%')) assertSafeEscapes(path, allowsSlash);
}

/** Says whether a segment may carry `%2F`. `before` is the segment in front of it. */
export type SlashRule = (segment: string, before: string | undefined, isLast: boolean) => boolean;

/** Refuses a query that could end early or smuggle a header line. */
export function assertSafeQuery(query: string): void {
  if (query !== '' && (!query.startsWith('?') || UNSAFE_IN_QUERY.test(query))) {
    refuse('carries a query with characters that must be percent-encoded');
  }
}

const UNSAFE_CHARACTER = /[^\x21-\x7e]|[\\?#]/;
const UNSAFE_IN_QUERY = /[^\x21-\x7e]|#/;
const WHOLE_URL = /^[a-z][a-z\d+.-]*:\//i;
/** Servers that know path parameters read `..;x` as `..`. */
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:;[^/]*)?(?:\/|$)/;
const BROKEN_ESCAPE = /%(?![\da-f]{2})/i;
const ESCAPED_CONTROL = /%(?:[01][\da-f]|7f|5c)/i;
const ESCAPED_SLASH = /%2f/i;

/** `models/meta-llama%2FLlama-3.3-70B`: SDKs escape the id in "retrieve a model". */
function isModelId(_segment: string, before: string | undefined, isLast: boolean): boolean {
  return before === 'models' && isLast;
}

function assertSafeEscapes(path: string, allowsSlash: SlashRule): void {
  if (BROKEN_ESCAPE.test(path)) refuse('holds a "%" without two hex digits; write a plain percent sign as %25');
  const segments = path.split('/');
  segments.forEach((segment, index) => {
    const escapes = unwrap(segment);
    if (ESCAPED_CONTROL.test(escapes)) refuse('holds an encoded control character or backslash');
    if (ESCAPED_SLASH.test(escapes) && !allowsSlash(segment, segments[index - 1], index === segments.length - 1)) {
      refuse('holds an encoded slash (%2F); write it as "/"');
    }
    const plain = escapes.replace(/%2e/gi, '.').replace(/%2f/gi, '/');
    if (DOT_SEGMENT.test(plain)) refuse('holds an encoded "." or ".." segment; write it without');
    if (plain.startsWith('/') || plain.includes('//')) refuse('holds an encoded "//"');
  });
}

/** Undoes escapes of escapes (`%252e`), which an upstream that decodes twice would follow. */
function unwrap(segment: string): string {
  let text = segment;
  while (/%25(?=[\da-f]{2})/i.test(text)) text = text.replace(/%25(?=[\da-f]{2})/gi, '%');
  return text;
}

function refuse(reason: string): never {
  throw new GatewayError('invalid_path', `The path below the provider ${reason}.`);
}
