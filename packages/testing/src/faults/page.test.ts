import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAULTS } from './faults.ts';

test('the page of faults and the suite say the same', () => {
  const page = readFileSync(new URL('../../../../docs/reference/faults.md', import.meta.url), 'utf8');
  const documented = page
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, number, name, verdict]) => [Number(number), name, verdict]);
  expect(documented).toEqual(FAULTS.map(({ number, name, expected }) => [number, name, expected]));
  const count = (verdict: string) => FAULTS.filter(({ expected }) => expected === verdict).length;
  expect(page).toContain(`${count('pass')} pass, ${count('safe')} are safe, none fails`);
});
