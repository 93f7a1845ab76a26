/** Stands for all that would be too many to tell apart. */
export const OTHER = '(other)';

/** Clients name models and metadata, so their names are bounded in length, and hold nothing that a database takes for something else. */
export function bounded(name: string): string {
  const short = name.length > MAX_LENGTH ? name.slice(0, MAX_LENGTH) : name;
  if (short.isWellFormed() && !short.includes('\0')) return short;
  return short.toWellFormed().replaceAll('\0', '\ufffd');
}

const MAX_LENGTH = 200;
