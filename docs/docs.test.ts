import { readFileSync } from 'node:fs';
import { ERRORS } from '@sluice/core';
import { PROVIDER_ALIASES, providers } from '@sluice/providers';
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

function code(text: string): string {
  return `\`${text}\``;
}

/** The cells of the rows whose first cell is code. */
function rows(page: string): string[][] {
  const text = readFileSync(new URL(page, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
