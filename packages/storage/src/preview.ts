/** What people may see of a secret to tell it from others: `sk-…abcd`. Of short ones and of structures nothing. */
export function previewOf(secret: string): string {
  // The end of JSON would be a piece of whatever field stands last.
  if (secret.length < SHORTEST || secret.startsWith('{')) return '…';
  const prefix = /^[a-z]{2,3}[-_]/i.exec(secret)?.[0] ?? '';
  return `${prefix}…${secret.slice(-4)}`;
}

const SHORTEST = 12;
