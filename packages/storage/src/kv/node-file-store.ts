import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '@sluice/core';
import { type RawDriver, storeOver } from './store-over.ts';

export interface FileStoreOptions {
  /** All files together take no more than this; 1 GiB unless set. */
  readonly maxBytes?: number;
  /** Milliseconds since 1970; the wall clock unless set. */
  readonly now?: () => number;
}

/** A store in a directory, for one machine's processes: a file for each value, which outlives a restart. */
export function fileStore(directory: string, { maxBytes = GIB, now = Date.now }: FileStoreOptions = {}): Store {
  return storeOver(new FileDriver(directory, maxBytes, now), {
    consistency: 'strong',
    minTtlSeconds: 0,
    maxValueBytes: Math.min(25 * 1024 * 1024, Math.floor(maxBytes / 4)),
    expires: false,
    now,
  });
}

const GIB = 1024 * 1024 * 1024;

/**
 * unstorage's own drivers for files take keys as paths, know no bound and write in place. Here a key is known by its
 * digest, a file is put in its place whole, and its time of change says when it is over.
 */
class FileDriver implements RawDriver {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #now: () => number;
  /** Bytes in all files, as far as this process knows; undefined before the first look. */
  #total: number | undefined;
  #sweep: Promise<void> | undefined;

  constructor(directory: string, maxBytes: number, now: () => number) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  readonly getItemRaw = async (key: string): Promise<Uint8Array | null> => {
    try {
      return await readFile(this.#pathOf(key));
    } catch (thrown) {
      return unlessMissing(thrown, null);
    }
  };

  readonly setItemRaw = async (key: string, value: Uint8Array, { ttl }: { ttl?: number }): Promise<void> => {
    const path = this.#pathOf(key);
    const draft = join(this.#directory, `${randomUUID()}${DRAFT}`);
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await writeFile(draft, value, { mode: 0o600 });
      const now = this.#now();
      await utimes(draft, now / 1000, now / 1000 + Number(ttl));
      await rename(draft, path);
    } catch (thrown) {
      await rm(draft, { force: true });
      throw thrown;
    }
    if (this.#total !== undefined) this.#total += value.byteLength;
    await this.#makeRoom();
  };

  readonly removeItem = async (key: string): Promise<void> => {
    await rm(this.#pathOf(key), { force: true });
  };

  #pathOf(key: string): string {
    return join(this.#directory, createHash('sha256').update(key).digest('hex'));
  }

  /** Looks at all files once in the beginning, and then whenever they may have become too many. */
  async #makeRoom(): Promise<void> {
    if (this.#total !== undefined && this.#total <= this.#maxBytes) return;
    this.#sweep ??= this.#sweepFiles().finally(() => {
      this.#sweep = undefined;
    });
    await this.#sweep;
  }

  /** Removes what is over, and what was used longest ago (written, where the disk keeps no such time) until a tenth is free. */
  async #sweepFiles(): Promise<void> {
    const now = this.#now();
    const kept: FileFacts[] = [];
    for (const file of await this.#files()) {
      if (file.overAt <= now) await rm(file.path, { force: true });
      else kept.push(file);
    }
    let total = kept.reduce((sum, { size }) => sum + size, 0);
    const enough = total > this.#maxBytes ? this.#maxBytes * 0.9 : total;
    kept.sort((a, b) => a.writtenAt - b.writtenAt);
    for (const { path, size } of kept) {
      if (total <= enough) break;
      await rm(path, { force: true });
      total -= size;
    }
    this.#total = total;
  }

  async #files(): Promise<FileFacts[]> {
    const facts: FileFacts[] = [];
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      try {
        const { size, atimeMs, mtimeMs, ctimeMs } = await stat(path);
        // A draft that nobody finished: its process has died.
        const overAt = name.endsWith(DRAFT) ? ctimeMs + ABANDONED_MS : mtimeMs;
        facts.push({ path, size, writtenAt: atimeMs, overAt });
      } catch (thrown) {
        unlessMissing(thrown, undefined);
      }
    }
    return facts;
  }
}

interface FileFacts {
  readonly path: string;
  readonly size: number;
  readonly writtenAt: number;
  readonly overAt: number;
}

const DRAFT = '.draft';
const ABANDONED_MS = 60_000;

/** Another process may have removed it a moment ago. */
function unlessMissing<T>(thrown: unknown, otherwise: T): T {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return otherwise;
  throw thrown;
}
