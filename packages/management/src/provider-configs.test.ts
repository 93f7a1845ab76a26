import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsOf, openWorld, type World } from '../test/open-world.ts';

const SECRET = 'sk-test-secret-of-openai-abcd';
const PROVIDERS = ['openai', 'anthropic', 'aws-bedrock', 'google-vertex-ai'];
const AWS = { accessKeyId: 'AKIATEST', secretAccessKey: 'test-secret-of-aws', region: 'eu-west-1' };
const PEM = '-----BEGIN PRIVATE KEY-----\ntest-secret-of-google\n-----END PRIVATE KEY-----\n';
const GOOGLE = { type: 'service_account', client_email: 'a@b.example', private_key: PEM, project_id: 'p' };

let world: World;
beforeEach(async () => {
  world = await openWorld({ providers: PROVIDERS, providerAliases: { bedrock: 'aws-bedrock' } });
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
});
afterEach(() => world.storage.close());

const body = (change: Record<string, unknown> = {}) => ({
  provider_slug: 'openai',
  alias: 'main',
  default_config: false,
  secret: SECRET,
  ...change,
});

interface Config {
  readonly id: string;
}

const call = async (method: string, id = '', sent?: unknown) => {
  const answer = await world.call(method, `/gateways/prod/provider_configs${id && `/${id}`}`, sent);
  return { ...answer, result: answer.body.result as Config };
};
const stored = async (provider = 'openai') => world.storage.credentials.credentials('acme', 'prod', provider);

test('a stored credential reaches calls at once, and is shown without its secret ever after', async () => {
  expect(await stored()).toEqual([]);
  const { status, result } = await call(
    'POST',
    '',
    body({ default_config: true, rate_limit: 9, rate_limit_period: 60 }),
  );
  expect(status).toBe(200);
  expect(result).toEqual({
    id: expect.any(String),
    provider_slug: 'openai',
    alias: 'main',
    default_config: true,
    gateway_id: 'prod',
    secret_id: result.id,
    secret_preview: 'sk-…abcd',
    modified_at: expect.stringMatching(/Z$/),
    rate_limit: 9,
    rate_limit_period: 60,
  });
  expect((await call('GET', result.id)).result).toEqual(result);
  expect((await call('GET')).result).toEqual([result]);
  expect(await stored()).toMatchObject([{ secret: SECRET, isDefault: true, rateLimit: 9, rateLimitPeriod: 60 }]);
});

test('blanks and line ends around a pasted secret are no part of it', async () => {
  await call('POST', '', body({ secret: ` ${SECRET}\n` }));
  expect(await stored()).toMatchObject([{ secret: SECRET }]);
});

test('a limit of null or 0 is none', async () => {
  const { result } = await call('POST', '', body({ rate_limit: 0, rate_limit_period: null }));
  expect(result).not.toHaveProperty('rate_limit');
  expect(await stored()).toMatchObject([{ rateLimit: null, rateLimitPeriod: null }]);
});

test('a credential for another slug of a provider is stored for the provider itself', async () => {
  const wanted = body({ provider_slug: 'bedrock', secret: JSON.stringify(AWS) });
  const { result } = await call('POST', '', wanted);
  expect(result).toMatchObject({ provider_slug: 'aws-bedrock' });
  expect(await stored('aws-bedrock')).toHaveLength(1);
  const change = { provider_slug: 'bedrock', alias: 'b', default_config: true };
  expect((await call('PUT', result.id, change)).result).toMatchObject({ alias: 'b' });
  expect((await call('POST', '', { ...wanted, secret: '{}' })).status).toBe(400);
});

test('a list is paged and counted', async () => {
  for (const alias of ['a', 'b', 'c']) await call('POST', '', body({ alias }));
  const { body: page } = await world.call('GET', '/gateways/prod/provider_configs?per_page=2&page=2');
  expect(idsOf(page)).toHaveLength(1);
  expect(page.result_info).toEqual({ page: 2, per_page: 2, count: 1, total_count: 3 });
});

test('a deleted credential is the answer, and serves no call', async () => {
  const { result } = await call('POST', '', body());
  await stored();
  expect((await call('DELETE', result.id)).result).toEqual(result);
  expect(await stored()).toEqual([]);
});

test('what is not there is 7002, whatever is asked of it', async () => {
  for (const [method, sent] of [['GET'], ['DELETE'], ['PUT', { alias: 'a', default_config: true }]] as const) {
    expect(await call(method, 'lost', sent)).toMatchObject({ status: 404, body: { errors: [{ code: 7002 }] } });
  }
  const elsewhere = await world.call('GET', '/gateways/lost/provider_configs');
  expect(elsewhere).toMatchObject({ status: 404, body: { errors: [{ code: 7002 }] } });
});

describe('replacing', () => {
  test('without a secret the stored one stays', async () => {
    const { result } = await call('POST', '', body({ rate_limit: 9, rate_limit_period: 60 }));
    const changed = await call('PUT', result.id, { alias: 'b', default_config: true });
    expect(changed.result).toMatchObject({ id: result.id, alias: 'b', default_config: true });
    expect(changed.result).not.toHaveProperty('rate_limit');
    expect(await stored()).toMatchObject([{ alias: 'b', secret: SECRET, isDefault: true }]);
  });

  test('a new secret takes the place of the old one', async () => {
    const { result } = await call('POST', '', body());
    const secret = 'sk-test-another-secret-wxyz';
    const changed = await call('PUT', result.id, { alias: 'main', default_config: false, secret });
    expect(changed.result).toMatchObject({ secret_preview: 'sk-…wxyz' });
    expect(await stored()).toMatchObject([{ secret }]);
  });

  test('a credential can be sent back as it was shown', async () => {
    const { result } = await call('POST', '', body());
    const changed = await call('PUT', result.id, result);
    expect(changed.result).toEqual({ ...result, modified_at: expect.any(String) });
  });

  test.each([
    [{ provider_slug: 'anthropic' }, 'provider_slug', 'This credential is for "openai".'],
    [{ secret_id: 'another' }, 'secret_id', 'There is no Secrets Store here'],
    [{ alias: undefined }, 'alias', 'Required: "alias"'],
    [{ rate_limit: 5 }, 'rate_limit_period', 'belong together'],
  ])('with %j it is refused by name', async (change, field, sentence) => {
    const { result } = await call('POST', '', body());
    const { status, body: answer } = await call('PUT', result.id, { alias: 'b', default_config: true, ...change });
    expect(status).toBe(400);
    expect(answer.errors).toEqual([{ code: 7001, message: expect.stringContaining(sentence), path: ['body', field] }]);
    expect(await stored()).toMatchObject([{ alias: 'main' }]);
  });
});

describe('what is refused', () => {
  test('each missing field is one entry that names it', async () => {
    const { status, body: answer } = await call('POST', '', {});
    expect(status).toBe(400);
    const fields = ['alias', 'default_config', 'provider_slug', 'secret'];
    expect(answer.errors.map(({ path }) => path?.[1]).sort()).toEqual(fields);
  });

  test.each([
    [{ provider_slug: 'opena' }, 'provider_slug', '"provider_slug" names no provider. Did you mean openai?'],
    [{ provider_slug: SECRET }, 'provider_slug', expect.stringContaining('Known are: openai')],
    [{ alias: SECRET.replaceAll('-', ' ') }, 'alias', expect.stringContaining('"alias" has 1 to 64 letters')],
    [{ default_config: SECRET }, 'default_config', expect.any(String)],
    [{ secret: '' }, 'secret', '"secret" must be at least 1 characters long.'],
    [{ secret: 7 }, 'secret', '"secret" must be a string.'],
    [{ secret: `${SECRET}\n${SECRET}` }, 'secret', expect.stringContaining('one line of plain characters')],
    [{ secret: undefined, secret_id: 'x' }, 'secret_id', expect.stringContaining('There is no Secrets Store here')],
    [{ rate_limit: 5 }, 'rate_limit_period', expect.stringContaining('belong together')],
    [{ rate_limit: -1 }, 'rate_limit', expect.stringContaining('at least 0')],
    [{ key: SECRET }, 'key', 'Unknown field "key".'],
  ])('%j, with the field and the way out', async (change, field, message) => {
    const { status, body: answer } = await call('POST', '', body(change));
    expect(status).toBe(400);
    expect(answer.errors).toContainEqual({ code: 7001, message, path: ['body', field] });
    expect((await call('GET')).result).toEqual([]);
  });

  test('everything, while the server has no master key', async () => {
    await world.storage.close();
    world = await openWorld({ masterKey: undefined });
    await world.storage.settings.create({ account: 'acme', id: 'prod' });
    const { status, body: answer } = await call('POST', '', body());
    expect(status).toBe(400);
    expect(answer.errors).toEqual([
      { code: 7001, message: expect.stringContaining('Set SLUICE_MASTER_KEY'), path: ['body', 'secret'] },
    ]);
  });

  test('no provider, when nobody says which there are', async () => {
    await world.storage.close();
    world = await openWorld();
    await world.storage.settings.create({ account: 'acme', id: 'prod' });
    expect((await call('POST', '', body({ provider_slug: 'custom-mine' }))).status).toBe(200);
  });
});

describe('secrets with a form of their own', () => {
  test.each([
    ['aws-bedrock', 'bedrock-api-key-test'],
    ['aws-bedrock', JSON.stringify(AWS)],
    ['aws-bedrock', JSON.stringify({ ...AWS, sessionToken: 'test-session' })],
    ['google-vertex-ai', 'ya29.test-token'],
    ['google-vertex-ai', JSON.stringify(GOOGLE)],
    ['google-vertex-ai', JSON.stringify({ ...GOOGLE, region: 'europe-west1' })],
    ['openai', '{"any":"form"}'],
  ])('%s takes %s', async (provider_slug, secret) => {
    expect((await call('POST', '', body({ provider_slug, secret }))).status).toBe(200);
    expect(await stored(provider_slug)).toMatchObject([{ secret }]);
  });

  const aws = 'the JSON { accessKeyId, secretAccessKey, region, sessionToken? } of an AWS access key.';
  const google = 'or an access token.';
  test.each([
    ['aws-bedrock', '{"accessKeyId": test-secret', `${aws} It is not valid JSON.`],
    ['aws-bedrock', JSON.stringify({ ...AWS, region: undefined }), `${aws} Its "region" is missing or no text.`],
    ['aws-bedrock', JSON.stringify({ ...AWS, secretAccessKey: 7 }), `${aws} Its "secretAccessKey" is missing`],
    ['aws-bedrock', JSON.stringify({ ...AWS, sessionToken: '' }), `${aws} Its "sessionToken" is missing`],
    ['aws-bedrock', JSON.stringify({ ...AWS, 'test-secret': 1 }), `${aws} It has another field`],
    ['google-vertex-ai', '{"type":', `${google} It is not valid JSON.`],
    [
      'google-vertex-ai',
      JSON.stringify({ ...GOOGLE, type: 'authorized_user' }),
      'Its "type" is not "service_account".',
    ],
    ['google-vertex-ai', JSON.stringify({ ...GOOGLE, client_email: undefined }), 'Its "client_email" is missing'],
    ['google-vertex-ai', JSON.stringify({ ...GOOGLE, private_key: 'test-secret' }), 'no key in PEM form'],
    ['google-vertex-ai', JSON.stringify({ ...GOOGLE, region: 1 }), 'Its "region" is missing or no text.'],
  ])('%s refuses %s and says what it expects', async (provider_slug, secret, sentence) => {
    const { status, body: answer } = await call('POST', '', body({ provider_slug, secret }));
    expect(status).toBe(400);
    const message = expect.stringContaining(sentence);
    expect(answer.errors).toEqual([{ code: 7001, message, path: ['body', 'secret'] }]);
    expect(JSON.stringify(answer)).not.toContain('test-secret');
  });

  test('a replaced secret is looked at too', async () => {
    const { result } = await call('POST', '', body({ provider_slug: 'aws-bedrock', secret: JSON.stringify(AWS) }));
    const change = { alias: 'main', default_config: false, secret: '{"region":"eu-west-1"}' };
    expect(await call('PUT', result.id, change)).toMatchObject({ status: 400 });
  });
});

test('no answer of any route holds a secret, whatever is sent', async () => {
  const texts: string[] = [];
  const ask = async (method: string, path: string, sent?: unknown) => {
    const headers = { authorization: `Bearer ${world.token}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(sent !== undefined && { body: text(sent) }) };
    const response = await world.app.request(`/client/v4/accounts/acme/ai-gateway${path}`, init);
    texts.push(await response.clone().text());
    return (await response.json()) as { result: Config };
  };
  const configs = '/gateways/prod/provider_configs';
  const { result } = await ask('POST', configs, body());
  const config = `${configs}/${result.id}`;
  await ask('PUT', config, { alias: 'b', default_config: true, secret: SECRET });
  for (const path of [configs, config, '/gateways', '/gateways/prod', '/gateways/prod/logs', '/tokens']) {
    await ask('GET', path);
  }
  const wrong = [
    `{"secret": ${SECRET}}`,
    `{"secret": "${SECRET}`,
    body({ provider_slug: SECRET }),
    body({ alias: `${SECRET} ` }),
    body({ default_config: SECRET }),
    body({ rate_limit: 5 }),
    body({ secret: { key: SECRET } }),
    body({ secret: [SECRET] }),
    body({ provider_slug: 'aws-bedrock', secret: `{${SECRET}` }),
  ];
  for (const sent of wrong) {
    await ask('POST', configs, sent);
    await ask('PUT', config, sent);
  }
  await ask('DELETE', config);
  await ask('DELETE', '/gateways/prod');
  expect(texts).toHaveLength(8 + 2 * wrong.length + 2);
  expect(texts.filter((answer) => /secret-of-openai/.test(answer))).toEqual([]);
});

function text(sent: unknown): string {
  return typeof sent === 'string' ? sent : JSON.stringify(sent);
}
