/**
 * What makes a URL's host part of a private network, or undefined when it does not look like one: `127.0.0.1`,
 * `fd00::1`, `localhost`, `metadata.google.internal`. Names are not resolved, so one that points inside stays unseen.
 */
export function privateAddress(url: string): string | undefined {
  // The parser has written every notation of an IPv4 address (octal, hexadecimal, one number) as four decimal ones.
  const host = new URL(url).hostname.toLowerCase().replace(/\.$/, '');
  if (host.startsWith('[')) return kindOfIpv6(groupsOf(host.slice(1, -1)));
  return /^[\d.]+$/.test(host) ? kindOfIpv4(toNumber(host)) : kindOfName(host);
}

function kindOfName(host: string): string | undefined {
  if (!host.includes('.')) return 'a name without a dot, which only a private network knows';
  return INSIDE.test(host) ? 'a name for addresses inside a private network' : undefined;
}

// Names that no public server has (RFC 6761, 6762, 8375, and customs), then services whose names resolve to any address.
const INSIDE =
  /\.(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$|(?:^|\.)(?:nip\.io|sslip\.io|xip\.io|localtest\.me|lvh\.me|vcap\.me)$/;

function kindOfIpv4(address: number): string | undefined {
  return BLOCKS.find(
    ([start, bits]) => Math.floor(address / 2 ** (32 - bits)) === toNumber(start) / 2 ** (32 - bits),
  )?.[2];
}

/** RFC 6890, and where clouds answer their machines. */
const BLOCKS: readonly (readonly [start: string, bits: number, kind: string])[] = [
  ['0.0.0.0', 8, 'an address of the machine itself'],
  ['127.0.0.0', 8, 'a loopback address'],
  ['10.0.0.0', 8, 'a private address'],
  ['172.16.0.0', 12, 'a private address'],
  ['192.168.0.0', 16, 'a private address'],
  ['100.64.0.0', 10, 'a private address'],
  ['169.254.0.0', 16, 'a link-local address'],
  ['168.63.129.16', 32, 'an address of a cloud for its own machines'],
  ['192.0.0.0', 24, 'a reserved address'],
  ['198.18.0.0', 15, 'a reserved address'],
  ['224.0.0.0', 3, 'a reserved address'],
];

function kindOfIpv6(groups: readonly number[]): string | undefined {
  const [first = 0, second = 0, third = 0] = groups;
  const last = (groups[6] ?? 0) * 0x10000 + (groups[7] ?? 0);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const isTranslated = first === 0x64 && second === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  if (isMapped || isTranslated) return kindOfIpv4(last);
  // 6to4 carries an IPv4 address behind its prefix.
  if (first === 0x2002) return kindOfIpv4(second * 0x10000 + third);
  // All that is public begins with the bits 001; Teredo within it leads anywhere.
  const isPublic = first >= 0x2000 && first < 0x4000 && !(first === 0x2001 && second === 0);
  return isPublic ? undefined : 'a private, loopback or link-local address';
}

/** The eight numbers of an IPv6 address in the form that the URL parser writes. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const before = hexOf(head);
  const after = hexOf(tail ?? '');
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function hexOf(groups: string): readonly number[] {
  return groups === '' ? [] : groups.split(':').map((group) => Number.parseInt(group, 16));
}

function toNumber(ipv4: string): number {
  return ipv4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
