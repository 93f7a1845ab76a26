import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsOf, openWorld, rowsOf, type World, type WorldOptions } from '../test/open-world.ts';

let world: World;
beforeEach(() => open());
afterEach(() => world.storage.close());

async function open(options: WorldOptions = {}): Promise<void> {
  world = await openWorld(options);
}

async function reopen(options: WorldOptions): Promise<void> {
  await world.storage.close();
  await open(options);
}

const PROVIDERS = '/custom-providers';
const BODY = { name: 'Mine', slug: 'mine', base_url: 'https://llm.example.com/v1' };

interface Created {
  readonly id: string;
  readonly headers?: string;
}

const create = async (change: Record<string, unknown> = {}) => {
  const answer = await world.call('POST', PROVIDERS, { ...BODY, ...change });
  return { ...answer, result: answer.body.result as Created };
};
const patch = async (id: string, change: Record<string, unknown>) => {
  const answer = await world.call('PATCH', `${PROVIDERS}/${id}`, change);
  return { ...answer, result: answer.body.result as Created };
};

describe('creating', () => {
  test('three fields are enough, and it is off until somebody says otherwise', async () => {
    const { status, result, body } = await create();
    expect(status).toBe(200);
    expect(result).toEqual({
      ...BODY,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      account_id: 'acme',
      account_tag: 'acme',
      enable: false,
      beta: false,
      created_at: expect.stringMatching(/Z$/),
      modified_at: expect.stringMatching(/Z$/),
    });
    expect(body.messages).toEqual([{ code: 1001, message: expect.stringContaining('"enable" is true') }]);
    expect((await world.call('GET', `${PROVIDERS}/${result.id}`)).body.result).toEqual(result);
  });

  test('every field comes back', async () => {
    const all = {
      enable: true,
      beta: true,
      description: 'Ours',
      link: 'https://example.com',
      curl_example: 'curl …',
      js_example: 'fetch(…)',
      headers: '{"x-team":"search"}',
      position: 3,
    };
    const { result, body } = await create(all);
    expect(result).toMatchObject({ ...BODY, ...all });
    expect(body.messages).toEqual([]);
  });

  test('a slug is taken once', async () => {
    await create();
    const { status, body } = await create();
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { code: 7001, message: expect.stringContaining('Choose another slug.'), path: ['body', 'slug'] },
    ]);
  });

  test('of a slug that the configuration has, that one counts', async () => {
    await reopen({ providers: ['openai', 'custom-mine'] });
    const { body } = await create({ enable: true });
    expect(body.messages).toEqual([{ code: 1002, message: expect.stringContaining('configuration') }]);
  });

  test.each([
    [{ name: undefined }, ['name'], 'Required: "name" must be a string.'],
    [{ slug: 'My LLM' }, ['slug'], expect.stringContaining('lower-case letters')],
    [{ slug: 'a'.repeat(65) }, ['slug'], expect.stringContaining('1 to 64')],
    [{ enable: 'yes' }, ['enable'], `"enable" must be true or false, received 'yes'.`],
    [{ id: 'mine' }, ['id'], 'Unknown field "id".'],
    [{ base_url: 'llm.example.com' }, ['base_url'], expect.stringContaining('is not an absolute URL')],
    [{ base_url: 'http://llm.example.com' }, ['base_url'], expect.stringContaining('must be https')],
    [{ base_url: 'ftp://llm.example.com' }, ['base_url'], expect.stringContaining('must be https')],
    [{ base_url: 'https://a:b@llm.example.com' }, ['base_url'], expect.stringContaining('user name')],
    [{ base_url: 'https://llm.example.com/?key=a' }, ['base_url'], expect.stringContaining('query')],
    [{ base_url: 'https://llm.example.com/{base}' }, ['base_url'], expect.stringContaining('braces')],
    [{ base_url: 'https://127.0.0.1' }, ['base_url'], expect.stringContaining('a loopback address')],
    [{ base_url: 'https://0x7f.1/v1' }, ['base_url'], expect.stringContaining('a loopback address')],
    [{ base_url: 'https://169.254.169.254/latest' }, ['base_url'], expect.stringContaining('a link-local address')],
    [{ base_url: 'https://[::ffff:10.0.0.1]' }, ['base_url'], expect.stringContaining('allowPrivateProviders')],
    [{ base_url: 'https://localhost:8443' }, ['base_url'], expect.stringContaining('a name without a dot')],
    [{ base_url: 'https://metadata.google.internal' }, ['base_url'], expect.stringContaining('inside')],
    [{ headers: { 'x-a': 'b' } }, ['headers'], '"headers" must be a string.'],
    [{ headers: '[]' }, ['headers'], expect.stringContaining('JSON text of an object')],
    [{ headers: '{"x a":"b"}' }, ['headers'], expect.stringContaining('no header can have')],
    [{ headers: '{"Host":"b"}' }, ['headers'], expect.stringContaining('"Host"')],
    [{ headers: '{"cf-aig-authorization":"b"}' }, ['headers'], expect.stringContaining('by itself')],
    [{ headers: '{"x-a":"b\\r\\nc: d"}' }, ['headers'], expect.stringContaining('a line of plain text for "x-a"')],
    [{ headers: '{"x-key":"…abcd"}' }, ['headers'], expect.stringContaining('in full')],
    [{ headers: '{"x-a":1}' }, ['headers'], expect.stringContaining('"x-a"')],
  ])('%j is refused with the field', async (change, path, message) => {
    const { status, body } = await create(change);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ code: 7001, message, path: ['body', ...path] }]);
  });

  test('every notation of an address is kept as one', async () => {
    const { result } = await create({ base_url: ' HTTPS://LLM.Example.COM:443/v1/ ' });
    expect(result).toMatchObject({ base_url: 'https://llm.example.com/v1' });
  });

  test('an operator can allow addresses inside, and http', async () => {
    await reopen({ allowPrivateProviders: true });
    expect((await create({ base_url: 'http://127.0.0.1:11434/v1' })).status).toBe(200);
    expect((await create({ slug: 'b', base_url: 'ftp://127.0.0.1' })).status).toBe(400);
  });

  test('headers can not be stored without a master key', async () => {
    await reopen({ masterKey: undefined });
    const { status, body } = await create({ headers: '{"x-team":"search"}' });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: ['body', 'headers'], message: expect.stringContaining('MASTER_KEY') }]);
    expect((await create()).status).toBe(200);
  });
});

describe('secrets', () => {
  const headers = '{"x-team":"search","Authorization":"Bearer sk-test-of-theirs-abcd"}';

  test('no answer and no audit entry shows one', async () => {
    const { result } = await create({ headers });
    expect(result.headers).toBe('{"x-team":"search","authorization":"…abcd"}');
    await patch(result.id, { name: 'Other' });
    for (const path of [PROVIDERS, `${PROVIDERS}/${result.id}`, '/audit_logs']) {
      expect(JSON.stringify((await world.call('GET', path)).body)).not.toContain('sk-test-of');
    }
  });

  test('a provider that is sent back as it was shown keeps its secret', async () => {
    const { result } = await create({ headers });
    expect((await patch(result.id, { ...result, name: 'Other' })).status).toBe(200);
    const stored = await world.storage.customProviders.forCalls('acme', 'mine');
    expect(stored).toMatchObject({ name: 'Other', headers: { authorization: 'Bearer sk-test-of-theirs-abcd' } });
  });

  test.each([[{}], [{ headers: '{"authorization":"…abcd"}' }]])('none is sent to another host: %j', async (change) => {
    const { result } = await create({ headers });
    const { status, body } = await patch(result.id, { base_url: 'https://evil.example.com', ...change });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: ['body', 'headers'], message: expect.stringContaining('in full') }]);
    const moved = { base_url: 'https://new.example.com', headers: '{"authorization":"Bearer sk-test-new"}' };
    expect((await patch(result.id, moved)).status).toBe(200);
    expect((await patch(result.id, { base_url: 'https://b.example.com', headers: null })).status).toBe(200);
  });

  test('another path of the same host is no move', async () => {
    const { result } = await create({ headers });
    expect((await patch(result.id, { base_url: 'https://llm.example.com/v2' })).status).toBe(200);
  });

  test('a provider with stored credentials stays at its host', async () => {
    await world.storage.settings.create({ account: 'acme', id: 'prod' });
    const { result } = await create();
    const config = { provider_slug: 'custom-mine', alias: 'a', default_config: true, secret: 'sk-test-secret-abcd' };
    const stored = await world.call('POST', '/gateways/prod/provider_configs', config);
    const { status, body } = await patch(result.id, { base_url: 'https://evil.example.com' });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: ['body', 'base_url'], message: expect.stringContaining('"prod"') }]);
    const { id } = stored.body.result as Created;
    await world.call('DELETE', `/gateways/prod/provider_configs/${id}`);
    expect((await patch(result.id, { base_url: 'https://new.example.com' })).status).toBe(200);
  });
});

describe('changing and deleting', () => {
  test('a change leaves what it does not say, and null takes away', async () => {
    const { result } = await create({ description: 'Ours', link: 'https://example.com' });
    const changed = await patch(result.id, { enable: true, link: null });
    const { link, ...rest } = { ...result, link: undefined };
    expect(changed.result).toEqual({ ...rest, enable: true, modified_at: expect.any(String) });
    expect(link).toBeUndefined();
  });

  test('the slug stays', async () => {
    const { result } = await create();
    const { status, body } = await patch(result.id, { slug: 'other' });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: ['body', 'slug'] }]);
  });

  test('an address is checked as when it was new', async () => {
    const { result } = await create();
    expect((await patch(result.id, { base_url: 'https://10.0.0.1' })).status).toBe(400);
  });

  test('a deleted provider is the answer, once, and takes its credentials along', async () => {
    await world.storage.settings.create({ account: 'acme', id: 'prod' });
    const { result } = await create();
    const config = { provider_slug: 'custom-mine', alias: 'a', default_config: true, secret: 'sk-test-secret-abcd' };
    await world.call('POST', '/gateways/prod/provider_configs', config);
    expect((await world.call('DELETE', `${PROVIDERS}/${result.id}`)).body.result).toEqual(result);
    expect(rowsOf((await world.call('GET', '/gateways/prod/provider_configs')).body)).toEqual([]);
    for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const) {
      const answer = await world.call(method, `${PROVIDERS}/${result.id}`, body);
      expect(answer).toMatchObject({ status: 404, body: { errors: [{ code: 7002 }] } });
    }
  });

  test('who did what is written down', async () => {
    const { result } = await create();
    await patch(result.id, { enable: true });
    await world.call('DELETE', `${PROVIDERS}/${result.id}`);
    const { body } = await world.call('GET', '/audit_logs');
    expect(JSON.stringify(body)).toMatch(
      /custom_provider\.deleted.*custom_provider\.updated.*custom_provider\.created/,
    );
  });
});

test('a list is by position and name, or as it is told', async () => {
  const ids: Record<string, string> = {};
  for (const [slug, name, position] of [
    ['a', 'Zeta', 1],
    ['b', 'Beta', undefined],
    ['c', 'Alpha', undefined],
  ] as const) {
    ids[slug] = (await create({ slug, name, position, enable: slug !== 'b', beta: slug === 'b' })).result.id;
  }
  const slugs = async (query: string) =>
    rowsOf((await world.call('GET', `${PROVIDERS}?${query}`)).body)
      .map(({ slug }) => slug)
      .join('');
  expect(await slugs('')).toBe('acb');
  expect(await slugs('order_by=name')).toBe('cba');
  expect(await slugs('order_by=name%20DESC')).toBe('abc');
  expect(await slugs('order_by=slug&order_by_direction=desc')).toBe('cba');
  expect(await slugs('enable=true')).toBe('ac');
  expect(await slugs('beta=true')).toBe('b');
  expect(await slugs('search=ETA')).toBe('ab');
  expect(await slugs('page=2')).toBe('');
  const { body } = await world.call('GET', `${PROVIDERS}?per_page=2`);
  expect(idsOf(body)).toEqual([ids.a, ids.c]);
  expect(body.result_info).toEqual({ page: 1, per_page: 2, count: 2, total_count: 3 });
  expect((await world.call('GET', `${PROVIDERS}?order_by=logo`)).status).toBe(400);
});

test('a credential can be stored for one that exists, whatever the list of providers says', async () => {
  await reopen({ providers: ['openai'] });
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
  const config = { provider_slug: 'custom-mine', alias: 'a', default_config: true, secret: 'sk-test-secret-abcd' };
  expect((await world.call('POST', '/gateways/prod/provider_configs', config)).status).toBe(400);
  await create();
  expect((await world.call('POST', '/gateways/prod/provider_configs', config)).status).toBe(200);
});
