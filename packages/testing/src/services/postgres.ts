import { join } from 'node:path';
import { debianPostgresFolders, findProgram, run, userWithoutRights } from './programs.ts';
import { type MissingService, startService, type TestService } from './service.ts';

/** Starts PostgreSQL with an empty database that lets everybody in. */
export async function startPostgres(): Promise<TestService | MissingService> {
  const folders = debianPostgresFolders();
  const [initdb, postgres, psql] = ['initdb', 'postgres', 'psql'].map((name) => findProgram(name, folders));
  if (initdb === undefined || postgres === undefined || psql === undefined) {
    return { missing: 'PostgreSQL is not installed: apt-get install postgresql' };
  }
  // PostgreSQL refuses to run as root.
  const user = userWithoutRights();
  return startService({
    name: 'postgres',
    ...(user && { user }),
    prepare: (folder) =>
      run(initdb, ['--no-sync', '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '-D', dataIn(folder)], {
        cwd: folder,
        ...user,
      }),
    command: (folder, port) => [
      postgres,
      ...['-D', dataIn(folder), '-p', String(port), '-k', folder],
      ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ],
    url: urlOf,
    isReady: (port) =>
      run(psql, ['-X', '-q', '-c', 'SELECT 1', urlOf(port)], {}).then(
        () => true,
        () => false,
      ),
  });
}

/** A machine that loses power loses such data; a process that is killed doesn't. */
const SETTINGS = ['listen_addresses=127.0.0.1', 'fsync=off', 'full_page_writes=off', 'shared_buffers=32MB'];

function dataIn(folder: string): string {
  return join(folder, 'data');
}

function urlOf(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}
