import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ERRORS } from '@sluice/core';
import { PROVIDER_ALIASES, providers } from '@sluice/providers';
import { readConfig } from 'sluice';
import { expect, test } from 'vitest';

test('the page of errors and the catalogue say the same', () => {
  const documented = rows('reference/errors.md').map(([name, code, status, summary, strict]) => ({
    name: name?.replaceAll('`', ''),
    code: Number(code),
    status: Number(status),
    summary,
    strict,
  }));
  const known = Object.entries(ERRORS).map(([name, entry]) => {
    const { code, status, summary, strictStatus, strictSummary } = entry;
    return { name, code, status, summary, strict: String(strictStatus ?? strictSummary ?? '') };
  });
  expect(documented).toEqual(known);
});

test('the page of providers lists every one, with its base URL and credential', () => {
  const known = providers
    .filter(({ id }) => PROVIDER_ALIASES[id] === undefined)
    .map(({ id, baseUrl, credentialHeaders }) => {
      const aliases = Object.keys(PROVIDER_ALIASES).filter((alias) => PROVIDER_ALIASES[alias] === id);
      return [code(id), aliases.map(code).join(', '), code(baseUrl), credentialHeaders.map(code).join(', ')];
    });
  expect(rows('reference/providers.md').filter((row) => row.length === 4)).toEqual(known);
});

test('the README lists every provider', () => {
  const known = providers.map(({ id }) => id).filter((id) => PROVIDER_ALIASES[id] === undefined);
  const listed = [...text('../README.md').matchAll(/^\| `.*$/gm)].flatMap(([line]) => [
    ...line.matchAll(/`([a-z0-9-]+)`/g),
  ]);
  expect(listed.map(([, id]) => id)).toEqual(expect.arrayContaining(known));
});

test.each([
  ['../README.md', ['plugin']],
  ['guide/embedding.md', ['basic', 'node', 'sluice']],
  ['guide/plugins.md', ['plugin', 'own-answer', 'state']],
])('the code in %s is the examples that run', (page, examples) => {
  const blocks = [...text(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);
  expect(blocks).toEqual(examples.map((example) => text(`examples/${example}.ts`)));
});

test('links between pages are files, so that they work on the repository host and on the site', () => {
  const pages = ['../README.md', '../CONTRIBUTING.md', '../AGENTS.md', ...sitePages()];
  const broken = pages.flatMap((page) =>
    [...text(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)]
      .filter(
        ([, target = '']) => target.startsWith('/') || !existsSync(new URL(target, new URL(page, import.meta.url))),
      )
      .map(([link]) => `${page}: ${link}`),
  );
  expect(pages.length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});

test('pages hold nothing that only the site would show as meant', () => {
  expect(sitePages().filter((page) => /^(<<<|:::)/m.test(text(page)))).toEqual([]);
});

test('the page of the configuration and the README name every variable that is read', () => {
  const config = readConfig({
    env: (name) => {
      asked.add(name.replace(/^SLUICE_PROVIDER_.*_BASE_URL$/, 'SLUICE_PROVIDER_<SLUG>_BASE_URL'));
      return undefined;
    },
  });
  expect(config.account).toBe('default');
  for (const page of ['guide/configuration.md', '../README.md']) {
    expect([...asked].filter((name) => !text(page).includes(`\`${name}\``))).toEqual([]);
  }
});

test('every link inside the site leads somewhere, and the site builds', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'sluice-docs-'));
  const vitepress = join(import.meta.dirname, 'node_modules', '.bin', 'vitepress');
  const { stderr } = await promisify(execFile)(vitepress, ['build', import.meta.dirname, '--outDir', outDir]);
  expect(stderr).not.toContain('dead link');
  expect(existsSync(join(outDir, 'guide', 'getting-started.html'))).toBe(true);
  rmSync(outDir, { recursive: true });
}, 120_000);

const asked = new Set<string>();

function sitePages(): string[] {
  return ['.', 'guide', 'reference', 'reference/api', 'decisions'].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The cells of the rows whose first cell is code. */
function rows(page: string): string[][] {
  return text(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function text(page: string): string {
  return readFileSync(new URL(page, import.meta.url), 'utf8');
}
