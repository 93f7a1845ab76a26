/** The first group of `pattern` in a request's path, percent-decoded; null when the path has no such part. */
export function fromPath(path: string, pattern: RegExp): string | null {
  return pattern.exec(decode(path))?.[1] ?? null;
}

/** A path with a broken escape is read as it stands. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
