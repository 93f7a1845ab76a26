import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type ApiWorld, openApiWorld, type Route } from './test/api-world.ts';

const API = join(import.meta.dirname, 'reference', 'api');
const pages = readdirSync(API).filter((name) => name.endsWith('.md'));

let world: ApiWorld;

beforeAll(async () => {
  world = await openApiWorld();
  // The overview makes the gateway that all the other pages go on with.
  const { answers } = await world.runShell(blocks('../management.md', 'sh').join('\n'));
  expect(answers.map(problemOf)).toEqual(answers.map(() => undefined));
  await world.makeCalls('docs');
}, 120_000);
afterAll(() => world.close());

test.each(pages)('the commands of %s work', async (page) => {
  const commands = blocks(page, 'sh');
  expect(commands.length).toBeGreaterThan(0);
  const isRefused = page === 'billing.md';
  const { code, stderr, answers } = await world.runShell(commands.join('\n'), { goesOn: isRefused });
  if (isRefused) {
    expect(answers.map(({ body }) => JSON.parse(body))).toEqual(
      answers.map(() =>
        expect.objectContaining({ success: false, errors: [expect.objectContaining({ code: 10100 })] }),
      ),
    );
  } else {
    expect(answers.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
  expect(answers.length).toBeGreaterThan(0);
});

test.each(['../management.md', ...pages])('the program of %s works', async (page) => {
  const programs = blocks(page, 'ts');
  expect(programs.length).toBeGreaterThan(0);
  for (const program of programs) {
    const { code, stdout, stderr } = await world.runModule(program);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toBe('');
  }
});

test('the pages have every route of the server with its role, and no other', async () => {
  const known = await world.routes();
  const documented = pages.flatMap(routesOf);
  const isSame = (route: Route, row: Route): boolean =>
    route.method === row.method && route.role === row.role && route.path.endsWith(row.path);
  const overview = text('../management.md');
  const missing = known.filter(
    (route) =>
      !documented.some((row) => isSame(route, row)) &&
      !overview.includes(`\`${route.method} /client/v4${route.path}\``),
  );
  expect(missing).toEqual([]);
  expect(documented.filter((row) => row.path !== '/metrics' && !known.some((route) => isSame(route, row)))).toEqual([]);
});

test.each(pages)('the side bar and the overview lead to %s', (page) => {
  expect(text('../../.vitepress/config.ts')).toContain(`'/reference/api/${page.replace(/\.md$/, '')}'`);
  expect(text('../management.md')).toContain(`(api/${page})`);
});

/** The rows of a page's tables that begin with a method and a path, which may leave out how paths of the page begin. */
function routesOf(page: string): Route[] {
  return [...text(page).matchAll(/^\| `([A-Z]+)` +\| `(\S+)` +\| (\w+) +\|/gm)].map(
    ([, method = '', path = '', role = '']) => ({
      method,
      path: path.replaceAll(/\{\w+\}/g, '{}'),
      role,
    }),
  );
}

/** What is wrong with an answer; bodies without the envelope only have to arrive. */
function problemOf({ body }: Answer): string | undefined {
  if (!body.startsWith('{')) return undefined;
  const { success, errors } = JSON.parse(body) as { success?: unknown; errors?: readonly unknown[] | null };
  const isFine = success === undefined ? (errors ?? []).length === 0 : success === true;
  return isFine ? undefined : body;
}

function blocks(page: string, language: string): string[] {
  return [...text(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block,
  );
}

function text(page: string): string {
  return readFileSync(join(API, page), 'utf8');
}
