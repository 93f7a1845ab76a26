import { join } from 'node:path';
import { debianPostgresFolders, findProgram, run, startService, type TestService, userWithoutRights } from './parts.ts';

/** PostgreSQL as it comes, with the memory that its manual wants for a machine of 8 GB, and an empty database. */
export async function startDatabase(): Promise<TestService | undefined> {
  const folders = debianPostgresFolders();
  const [initdb, postgres, psql] = ['initdb', 'postgres', 'psql'].map((name) => findProgram(name, folders));
  if (initdb === undefined || postgres === undefined || psql === undefined) return undefined;
  // PostgreSQL refuses to run as root.
  const user = userWithoutRights();
  const data = (folder: string) => join(folder, 'data');
  const url = (port: number) => `postgres://postgres@127.0.0.1:${port}/postgres`;
  return startService({
    name: 'postgres',
    ...(user && { user }),
    prepare: (folder) =>
      run(initdb, ['-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C', '-D', data(folder)], {
        cwd: folder,
        ...user,
      }),
    command: (folder, port) => [
      postgres,
      ...['-D', data(folder), '-p', String(port), '-k', folder],
      ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ],
    url,
    isReady: (port) =>
      run(psql, ['-X', '-q', '-c', 'SELECT 1', url(port)], {}).then(
        () => true,
        () => false,
      ),
  });
}

/** What differs from PostgreSQL's own defaults. Writes are as safe as they are there. */
export const SETTINGS: readonly string[] = ['listen_addresses=127.0.0.1', 'shared_buffers=2GB', 'max_wal_size=8GB'];
