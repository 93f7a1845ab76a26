import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { User } from './server-process.ts';

/** The program's full path, looked for in PATH and then in more folders; undefined when it isn't there. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  return [...(process.env.PATH ?? '').split(delimiter), ...folders]
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Where Debian keeps what only the server's own user should run: the newest version first. */
export function debianPostgresFolders(): string[] {
  const top = '/usr/lib/postgresql';
  if (!existsSync(top)) return [];
  const versions = readdirSync(top).sort((one, other) => Number(other) - Number(one));
  return versions.map((version) => join(top, version, 'bin'));
}

/** Somebody without rights, for programs that refuse root; undefined when this process isn't root's. */
export function userWithoutRights(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return idsOf('postgres') ?? idsOf('nobody');
}

/** Rejects with what the program printed when it fails. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string } & Partial<User>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error) => (error === null ? resolve() : reject(error)));
  });
}

function idsOf(name: string): User | undefined {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
