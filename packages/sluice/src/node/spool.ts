import { mkdir, readdir, rename, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import type { LogEntry } from '@sluice/core';
import type { LogSpool, SpooledRows, SpoolStats } from '@sluice/plugin-logging';
import { isOrphan, leftFolderName, newFolderName, TOUCH_MS } from './spool-owner.ts';
import {
  appendTo,
  encode,
  isMissing,
  measureSegment,
  newSegment,
  readSegment,
  removeBodies,
  removeSegment,
  type Segment,
  segmentNames,
  unlessMissing,
} from './spool-segment.ts';

export interface FileSpoolOptions {
  /** All files of this process together take no more than this; 1 GiB unless set. */
  readonly maxBytes?: number;
  /** Tells the operator of rows that can't be read. */
  readonly report?: (problem: string, cause: unknown) => void;
  /** How much one file of bodies takes before the next is begun; 4 MiB unless set. */
  readonly segmentBytes?: number;
}

const MIB = 1024 * 1024;

/**
 * Rows in files of a directory, for one machine: each process has a folder of its own, made with the first row, and takes
 * over those of processes that are gone. What was appended outlives a process that is killed; a machine that loses power
 * may lose the last seconds.
 */
export class FileSpool implements LogSpool {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #segmentBytes: number;
  readonly #report: (problem: string, cause: unknown) => void;
  /** Oldest first. */
  #segments: Segment[] = [];
  /** Takes more rows. */
  #open: Segment | undefined;
  /** Is handed out. */
  #reading: Segment | undefined;
  #folder: string | undefined;
  readonly #folders = new Set<string>();
  #made = 0;
  #rows = 0;
  #bytes = 0;
  #dropped = 0;
  #droppedBodies = 0;
  #wake: () => void = () => {};
  #isTold = false;
  #turn: Promise<unknown>;
  readonly #touching: ReturnType<typeof setInterval>;

  constructor(
    directory: string,
    { maxBytes = 1024 * MIB, report = () => {}, segmentBytes = 4 * MIB }: FileSpoolOptions = {},
  ) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    this.#segmentBytes = segmentBytes;
    this.#report = report;
    this.#turn = this.#adopt();
    this.#touching = setInterval(() => void this.#inTurn(() => this.#lookAround()), TOUCH_MS);
    this.#touching.unref();
  }

  stats(): SpoolStats {
    return { rows: this.#rows, bytes: this.#bytes, dropped: this.#dropped, droppedBodies: this.#droppedBodies };
  }

  onFound(wake: () => void): void {
    this.#wake = wake;
    if (this.#rows > 0) wake();
  }

  append(entries: readonly LogEntry[]): Promise<void> {
    return this.#inTurn(async () => {
      const fitting = await this.#fit(entries);
      if (fitting === undefined) return;
      try {
        await this.#write(fitting);
      } catch (thrown) {
        // Somebody took this process for dead and looks after its folder.
        if (!isMissing(thrown) || this.#folder === undefined) throw thrown;
        this.#forgetFolder(this.#folder);
        await this.#write(fitting);
      }
    });
  }

  oldest(): Promise<SpooledRows | undefined> {
    return this.#inTurn(async () => {
      for (let segment = this.#segments[0]; segment !== undefined; segment = this.#segments[0]) {
        if (segment === this.#open) this.#open = undefined;
        const entries = await this.#read(segment);
        const found = segment;
        if (entries.length > 0) {
          this.#reading = found;
          return { entries, done: () => this.#inTurn(() => this.#remove(found)) };
        }
      }
      return undefined;
    });
  }

  /** Leaves what waits to whoever comes next. */
  close(): Promise<void> {
    clearInterval(this.#touching);
    return this.#inTurn(async () => {
      for (const folder of this.#folders) {
        const left = join(this.#directory, leftFolderName());
        await rmdir(folder).catch(() => rename(folder, left).catch(unlessMissing(undefined)));
      }
    });
  }

  /** One thing at a time, in the order in which it was asked for. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** The rows, without bodies where there is no room for them; undefined when there is none for the rows either. */
  async #fit(entries: readonly LogEntry[]): Promise<readonly LogEntry[] | undefined> {
    if (await this.#makeRoom(entries)) return entries;
    const bare = entries.map(({ record }) => ({ record, bodies: null }));
    if (await this.#makeRoom(bare)) {
      this.#droppedBodies += entries.filter(({ bodies }) => bodies !== null).length;
      return bare;
    }
    this.#dropped += entries.length;
    return undefined;
  }

  async #makeRoom(entries: readonly LogEntry[]): Promise<boolean> {
    const { rowBytes, bodyBytes } = encode(entries, 0);
    const size = rowBytes + bodyBytes;
    if (size > this.#maxBytes) return false;
    while (this.#bytes + size > this.#maxBytes) {
      const droppable = this.#segments.filter((segment) => segment !== this.#reading);
      const [oldest] = droppable;
      if (oldest === undefined) return false;
      const withBodies = droppable.find(({ bodyBytes }) => bodyBytes > 0);
      if (withBodies === undefined) await this.#dropRows(oldest);
      else await this.#dropBodies(withBodies);
    }
    return true;
  }

  async #dropBodies(segment: Segment): Promise<void> {
    // Later bodies would lie where these have been.
    if (segment === this.#open) this.#open = undefined;
    this.#droppedBodies += segment.withBodies;
    this.#bytes -= segment.bodyBytes;
    await removeBodies(segment);
  }

  async #dropRows(segment: Segment): Promise<void> {
    this.#dropped += segment.rows;
    await this.#remove(segment);
  }

  async #write(entries: readonly LogEntry[]): Promise<void> {
    const segment = this.#open ?? newSegment(await this.#ownFolder(), this.#newName());
    const encoded = encode(entries, segment.bodyBytes);
    try {
      await appendTo(segment, encoded);
    } catch (thrown) {
      // The half of it may be there, and no later row may lean on where it ends.
      this.#open = undefined;
      if (segment.rows === 0) await removeSegment(segment).catch(() => {});
      throw thrown;
    }
    if (segment !== this.#open) this.#segments.push(segment);
    this.#rows += encoded.rows;
    this.#bytes += encoded.rowBytes + encoded.bodyBytes;
    const isFull = segment.rows >= SEGMENT_ROWS || segment.bodyBytes + segment.rowBytes >= this.#segmentBytes;
    this.#open = isFull ? undefined : segment;
  }

  async #read(segment: Segment): Promise<LogEntry[]> {
    try {
      const entries = await readSegment(segment);
      if (entries.length === 0) await this.#remove(segment);
      return entries;
    } catch (thrown) {
      this.#forget(segment);
      // Another process has taken it over.
      if (isMissing(thrown)) return [];
      this.#report(
        `${segment.rows} rows of the log can't be read in ${segment.folder}; the next start tries again.`,
        thrown,
      );
      return [];
    }
  }

  async #remove(segment: Segment): Promise<void> {
    this.#forget(segment);
    try {
      await removeSegment(segment);
      await this.#removeIfEmpty(segment.folder);
    } catch (thrown) {
      this.#report(`Written rows of the log can't be removed from ${segment.folder}.`, thrown);
    }
  }

  #forget(segment: Segment): void {
    if (!this.#segments.includes(segment)) return;
    this.#segments = this.#segments.filter((each) => each !== segment);
    this.#rows -= segment.rows;
    this.#bytes -= segment.rowBytes + segment.bodyBytes;
    if (segment === this.#open) this.#open = undefined;
    if (segment === this.#reading) this.#reading = undefined;
  }

  #forgetFolder(folder: string): void {
    for (const segment of this.#segments.filter((each) => each.folder === folder)) this.#forget(segment);
    this.#folders.delete(folder);
    if (folder === this.#folder) this.#folder = undefined;
    this.#open = undefined;
  }

  async #removeIfEmpty(folder: string): Promise<void> {
    if (this.#segments.some((segment) => segment.folder === folder)) return;
    // What could not be read stays in it for the next start.
    if ((await readdir(folder).catch(unlessMissing([]))).length > 0) return;
    this.#folders.delete(folder);
    if (folder === this.#folder) this.#folder = undefined;
    await rmdir(folder).catch(unlessMissing(undefined));
    // Gone with the last folder in it, if nobody else has one.
    await rmdir(this.#directory).catch(() => {});
  }

  async #ownFolder(): Promise<string> {
    if (this.#folder !== undefined) return this.#folder;
    const folder = join(this.#directory, newFolderName());
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#folders.add(folder);
    return folder;
  }

  #newName(): string {
    this.#made += 1;
    return `${String(Date.now()).padStart(15, '0')}-${String(this.#made).padStart(9, '0')}`;
  }

  /** Shows others that this process lives, and looks for those that don't. */
  async #lookAround(): Promise<void> {
    for (const folder of [...this.#folders]) {
      await touch(folder).catch(() => this.#forgetFolder(folder));
    }
    await this.#adopt();
  }

  /** Takes over what nobody looks after. Never rejects. */
  async #adopt(): Promise<void> {
    const before = this.#rows;
    try {
      for (const name of await readdir(this.#directory)) await this.#adoptFolder(name);
    } catch (thrown) {
      // Nothing was ever written, or there is no disk.
      const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#reportOnce(thrown);
    }
    if (this.#rows > before) this.#wake();
  }

  #reportOnce(thrown: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#report(`Rows of the log that wait in ${this.#directory} can't be looked for.`, thrown);
  }

  async #adoptFolder(name: string): Promise<void> {
    const left = join(this.#directory, name);
    const found = await stat(left).catch(unlessMissing(undefined));
    if (found === undefined || !isOrphan(name, Date.now() - found.mtimeMs)) return;
    const folder = join(this.#directory, newFolderName());
    try {
      // The first to rename it has it.
      await touch(left);
      await rename(left, folder);
    } catch (thrown) {
      return unlessMissing(undefined)(thrown);
    }
    this.#folders.add(folder);
    for (const segmentName of segmentNames(await readdir(folder))) await this.#adoptSegment(folder, segmentName);
    this.#segments.sort((one, other) => one.name.localeCompare(other.name));
    await this.#removeIfEmpty(folder);
  }

  async #adoptSegment(folder: string, name: string): Promise<void> {
    try {
      const segment = await measureSegment(folder, name);
      if (segment.rows === 0) return await removeSegment(segment);
      this.#segments.push(segment);
      this.#rows += segment.rows;
      this.#bytes += segment.rowBytes + segment.bodyBytes;
    } catch (thrown) {
      this.#report(`Rows of the log can't be read in ${folder}; the next start tries again.`, thrown);
    }
  }
}

const SEGMENT_ROWS = 1000;

async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now);
}
