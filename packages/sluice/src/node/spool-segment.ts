import { appendFile, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogBodies, LogEntry } from '@sluice/core';

/** Two files: `.rows` has a line of JSON for each row, `.bodies` what was said, so that bodies can be dropped alone. */
export interface Segment {
  readonly folder: string;
  /** Sorts by age among the segments of all folders. */
  readonly name: string;
  rows: number;
  rowBytes: number;
  /** How many of the rows have bodies. */
  withBodies: number;
  bodyBytes: number;
}

/** Rows as they lie on disk. */
export interface Encoded {
  readonly lines: string;
  readonly bodies: readonly Uint8Array[];
  readonly rows: number;
  readonly rowBytes: number;
  readonly withBodies: number;
  readonly bodyBytes: number;
}

/** A segment of which nothing is written yet. */
export function newSegment(folder: string, name: string): Segment {
  return { folder, name, rows: 0, rowBytes: 0, withBodies: 0, bodyBytes: 0 };
}

/** As they are written behind so many bytes of bodies. */
export function encode(entries: readonly LogEntry[], offset: number): Encoded {
  const bodies: Uint8Array[] = [];
  let end = offset;
  const place = (body: Uint8Array | null | undefined): Place | null => {
    if (body == null) return null;
    bodies.push(body);
    end += body.byteLength;
    return [end - body.byteLength, end];
  };
  const lines = entries
    .map(({ record, bodies }) => {
      const line: Line = { record, request: place(bodies?.request), response: place(bodies?.response) };
      return `${JSON.stringify(line)}\n`;
    })
    .join('');
  const withBodies = entries.filter((entry) => entry.bodies !== null).length;
  return {
    lines,
    bodies,
    rows: entries.length,
    rowBytes: Buffer.byteLength(lines),
    withBodies,
    bodyBytes: end - offset,
  };
}

/** Bodies first: a row that is there has its bodies, whenever the process ends. */
export async function appendTo(segment: Segment, encoded: Encoded): Promise<void> {
  if (encoded.bodies.length > 0) await appendFile(bodiesOf(segment), Buffer.concat(encoded.bodies), PRIVATE);
  await appendFile(rowsOf(segment), encoded.lines, PRIVATE);
  segment.rows += encoded.rows;
  segment.rowBytes += encoded.rowBytes;
  segment.withBodies += encoded.withBodies;
  segment.bodyBytes += encoded.bodyBytes;
}

/** All that can be read of it: the last row may be torn, and bodies may have been dropped. */
export async function readSegment(segment: Segment): Promise<LogEntry[]> {
  const lines = (await readFile(rowsOf(segment), 'utf8')).split('\n');
  const bodies = await readFile(bodiesOf(segment)).catch(unlessMissing(undefined));
  return lines.flatMap((text) => {
    const line = parse(text);
    return line === undefined ? [] : [{ record: line.record, bodies: bodiesIn(bodies, line) }];
  });
}

/** What an earlier process has written of it. */
export async function measureSegment(folder: string, name: string): Promise<Segment> {
  const segment = newSegment(folder, name);
  const text = await readFile(rowsOf(segment), 'utf8').catch(unlessMissing(''));
  const lines = text.split('\n').flatMap((line) => parse(line) ?? []);
  segment.rows = lines.length;
  segment.rowBytes = Buffer.byteLength(text);
  const bodies = await stat(bodiesOf(segment)).catch(unlessMissing(undefined));
  if (bodies === undefined) return segment;
  segment.withBodies = lines.filter(({ request, response }) => request !== null || response !== null).length;
  segment.bodyBytes = bodies.size;
  return segment;
}

export async function removeBodies(segment: Segment): Promise<void> {
  await rm(bodiesOf(segment), { force: true });
  segment.withBodies = 0;
  segment.bodyBytes = 0;
}

export async function removeSegment(segment: Segment): Promise<void> {
  await rm(bodiesOf(segment), { force: true });
  await rm(rowsOf(segment), { force: true });
}

/** Of these files. Bodies alone, whose row was never written, make a segment too. */
export function segmentNames(files: readonly string[]): readonly string[] {
  return [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('.'))))].sort();
}

/** What to do with an error of the disk: a file or folder that isn't there is no error. */
export function unlessMissing<T>(otherwise: T): (thrown: unknown) => T {
  return (thrown) => {
    if (isMissing(thrown)) return otherwise;
    throw thrown;
  };
}

export function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}

/** From which byte to which. */
type Place = readonly [start: number, end: number];

interface Line {
  readonly record: LogEntry['record'];
  readonly request: Place | null;
  readonly response: Place | null;
}

const ROWS = '.rows';
const BODIES = '.bodies';
const PRIVATE = { mode: 0o600 };

function rowsOf({ folder, name }: Segment): string {
  return join(folder, name + ROWS);
}

function bodiesOf({ folder, name }: Segment): string {
  return join(folder, name + BODIES);
}

/** What `encode` wrote, or undefined for the half of it. */
function parse(text: string): Line | undefined {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bodiesIn(all: Buffer | undefined, { request, response }: Line): LogBodies | null {
  const bodies = { request: cut(all, request), response: cut(all, response) };
  return bodies.request === null && bodies.response === null ? null : bodies;
}

function cut(all: Buffer | undefined, place: Place | null): Uint8Array | null {
  if (all === undefined || place === null || place[1] > all.byteLength) return null;
  return new Uint8Array(all.subarray(place[0], place[1]));
}
