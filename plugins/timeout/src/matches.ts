/**
 * Whether a text is of this pattern, in which `*` stands for any text. Each part is looked for once from where the one
 * before it ended: no client can name a model that makes this slow.
 */
export function matches(pattern: string, text: string): boolean {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return text === head;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  const end = text.length - tail.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
    if (at > end) return false;
  }
  return true;
}
