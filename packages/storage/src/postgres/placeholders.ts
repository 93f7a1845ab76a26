/** Writes the placeholders as PostgreSQL wants them: `?` in the order they stand, and `?2` by its number. */
export function numbered(sql: string): string {
  const known = kept.get(sql);
  if (known !== undefined) return known;
  if (kept.size >= KEPT_TEXTS) kept.clear();
  let last = 0;
  const text = sql.replace(QUOTED_OR_PLACEHOLDER, (found, number: string | undefined) => {
    if (number === undefined) return found;
    last = number === '' ? last + 1 : Number(number);
    return `$${last}`;
  });
  kept.set(sql, text);
  return text;
}

/** The texts come from the repositories and are few. */
const kept = new Map<string, string>();
const KEPT_TEXTS = 1000;

/** A quote within quotes is doubled, which reads as the end of one and the beginning of another. */
const QUOTED_OR_PLACEHOLDER = /'[^']*'|"[^"]*"|\?(\d*)/g;
