import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const top = join(import.meta.dirname, '..');

/** Who may import whom inside the workspace. What is not listed may import nothing of ours. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [],
  'packages/protocols': ['@sluice/core'],
  'packages/providers': ['@sluice/core', '@sluice/protocols'],
  'packages/storage': ['@sluice/core'],
  'packages/management': ['@sluice/core', '@sluice/storage'],
  'packages/testing': ['@sluice/core', '@sluice/protocols', '@sluice/storage'],
  'plugins/logging': ['@sluice/core', '@sluice/plugin-auth', '@sluice/plugin-pricing'],
  'plugins/pricing': ['@sluice/core'],
  'plugins/auth': ['@sluice/core'],
  'plugins/credentials': ['@sluice/core', '@sluice/plugin-auth'],
  'plugins/cache': ['@sluice/core'],
  'plugins/rate-limit': ['@sluice/core'],
  'plugins/retry': ['@sluice/core'],
  'plugins/timeout': ['@sluice/core'],
  'plugins/breaker': ['@sluice/core'],
  'plugins/fallback': ['@sluice/core'],
  'plugins/analytics': ['@sluice/core', '@sluice/plugin-pricing'],
};

/** The only sources of libraries that may touch a runtime's own modules: subpaths named after it. */
const RUNTIME_SUBPATHS = [
  'packages/core/src/node/',
  'packages/storage/src/node-sqlite',
  'packages/storage/src/kv/node-file-store',
  'packages/storage/src/postgres',
  'packages/testing/src/',
];

describe.each(Object.entries(ROOMS))('%s', (room, allowed) => {
  const sources = sourcesOf(room);

  test('imports only what its room may use', () => {
    const strangers = sources.flatMap(({ file, imports }) =>
      imports
        .filter((name) => name.startsWith('@sluice/') || name === 'sluice' || name.startsWith('sluice/'))
        .filter((name) => !allowed.some((own) => name === own || name.startsWith(`${own}/`)))
        .map((name) => `${file} imports ${name}`),
    );
    expect(strangers).toEqual([]);
  });

  test("touches no runtime's own modules outside a subpath named after it", () => {
    const slips = sources
      .filter(({ file }) => !RUNTIME_SUBPATHS.some((path) => file.startsWith(path)))
      .flatMap(({ file, imports }) =>
        imports
          .filter((name) => /^(node|bun|cloudflare):|^(undici|bun)$/.test(name))
          .map((name) => `${file} imports ${name}`),
      );
    expect(slips).toEqual([]);
  });
});

interface Source {
  readonly file: string;
  readonly imports: readonly string[];
}

function sourcesOf(room: string): Source[] {
  return readdirSync(join(top, room, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('__fixtures__'))
    .map((name) => {
      const file = `${room}/src/${name}`;
      return { file, imports: importsOf(readFileSync(join(top, file), 'utf8')) };
    });
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => name);
}
