import { readFileSync } from 'node:fs';
import { ERRORS } from '@sluice/core';
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

/** The cells of the rows whose first cell is code, in the last table of the page. */
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
