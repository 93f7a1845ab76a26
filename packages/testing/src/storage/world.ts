import type { Storage } from '@sluice/storage';

/** A database under test. */
export interface StorageSubject {
  /** Opens it. Every call plays another process on the same, at first empty, database. */
  connect(options: { now(): number; masterKey: string }): Promise<Storage>;
  /** Takes the database away. */
  dispose(): Promise<void>;
}

/** Two processes on one database, and a clock that both look at. */
export class World {
  time = 1_700_000_000_000;
  migrations: (readonly string[])[] = [];
  #subject: StorageSubject | undefined;
  #processes: Storage[] = [];
  #accounts = 0;

  async start(subject: StorageSubject): Promise<void> {
    this.#subject = subject;
    const options = { now: () => this.time, masterKey: 'master-key-for-tests' };
    this.#processes = await Promise.all([subject.connect(options), subject.connect(options)]);
    this.migrations = await Promise.all(this.#processes.map((storage) => storage.migrate()));
  }

  async stop(): Promise<void> {
    for (const storage of this.#processes) await storage.close();
    await this.#subject?.dispose();
  }

  get here(): Storage {
    return this.#process(0);
  }

  get elsewhere(): Storage {
    return this.#process(1);
  }

  async account(): Promise<string> {
    const account = `account-${++this.#accounts}`;
    await this.here.accounts.ensure(account);
    return account;
  }

  #process(index: number): Storage {
    const storage = this.#processes[index];
    if (storage === undefined) throw new Error('The storage under test did not start.');
    return storage;
  }
}
