/** Says what could have been meant by a name that is not among the known ones, or lists them, in short if there is a short way. */
export function suggest(name: string, known: readonly string[], inShort: readonly string[] = known): string {
  const near = nearMatches(name, known);
  return near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Known are: ${inShort.join(', ')}.`;
}

const MOST = 3;

function nearMatches(name: string, known: readonly string[]): readonly string[] {
  const wanted = plain(name);
  return known
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, plain(candidate)) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** How many letters must be put in, taken out or changed (Levenshtein); 0 when one name begins with the other. */
function distanceOf(a: string, b: string): number {
  if (a.length > 2 && b.startsWith(a)) return 0;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
