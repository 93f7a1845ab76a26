/**
 * The bytes of a JSON object without some of its own members, in pieces, or undefined when it has none of them as they
 * are named. Nothing is parsed and written again: large numbers, doubled members and spaces stay as they are, so two
 * bodies that differ never look alike.
 */
export function cutMembers(body: Uint8Array, names: readonly string[]): readonly Uint8Array[] | undefined {
  const members = membersOf(body);
  const isKept = ({ name }: Member): boolean => !names.includes(name);
  if (members.every(isKept)) return undefined;
  const last = members.findLastIndex(isKept);
  const pieces: Uint8Array[] = [];
  let from = 0;
  // What goes takes the comma behind it along; behind the last that stays there must be none.
  for (const [index, member] of members.slice(0, last + 1).entries()) {
    if (isKept(member)) continue;
    pieces.push(body.subarray(from, member.start));
    from = members[index + 1]?.start ?? from;
  }
  pieces.push(body.subarray(from, members[last]?.end ?? members[0]?.start));
  pieces.push(body.subarray(members.at(-1)?.end));
  return pieces;
}

interface Member {
  readonly name: string;
  readonly start: number;
  /** Behind the last byte of its value. */
  readonly end: number;
}

/** The members of the outermost object. The body has been parsed before, so it is whole. */
function membersOf(body: Uint8Array): readonly Member[] {
  const members: Member[] = [];
  let at = skipBlanks(body, 0) + 1;
  for (;;) {
    const start = skipBlanks(body, at);
    if (body[start] !== QUOTE) return members;
    const nameEnd = stringEnd(body, start);
    const stop = valueEnd(body, skipBlanks(body, nameEnd) + 1);
    const name = decoder.decode(body.subarray(start + 1, nameEnd - 1));
    members.push({ name, start, end: withoutBlanks(body, stop) });
    if (body[stop] !== COMMA) return members;
    at = stop + 1;
  }
}

/** Where the comma or brace behind a value stands. */
function valueEnd(body: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = stringEnd(body, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (depth === 0 && (byte === COMMA || byte === CLOSE_BRACE)) return at;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return body.length;
}

/** Behind the closing quote. The search for it is the platform's own, so long texts cost little. */
function stringEnd(body: Uint8Array, start: number): number {
  for (let at = start + 1; ; at++) {
    at = body.indexOf(QUOTE, at);
    if (at === -1) return body.length;
    let backslashes = 0;
    while (body[at - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
}

function skipBlanks(body: Uint8Array, from: number): number {
  let at = from;
  while (at < body.length && BLANKS.includes(body[at] ?? 0)) at++;
  return at;
}

function withoutBlanks(body: Uint8Array, end: number): number {
  let at = end;
  while (BLANKS.includes(body[at - 1] ?? 0)) at--;
  return at;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

const decoder = new TextDecoder();
