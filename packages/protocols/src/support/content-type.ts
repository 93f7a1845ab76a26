/** The media type of a `Content-Type` value: lower case, without parameters. */
export function mediaType(contentType: string): string {
  const semicolon = contentType.indexOf(';');
  return (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
}

/** One parameter of a header value such as `Content-Type` or `Content-Disposition`, unquoted, or null. */
export function headerParameter(value: string, name: string): string | null {
  // RFC 9110 5.6.6: parameters are `; name=token` or `; name="quoted"`; names are case-insensitive.
  for (const [, key, quoted, token] of value.matchAll(PARAMETER)) {
    if (key?.toLowerCase() === name) return quoted === undefined ? (token ?? null) : quoted.replaceAll(/\\(.)/g, '$1');
  }
  return null;
}

const PARAMETER = /;\s*([^\s=;]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/g;
