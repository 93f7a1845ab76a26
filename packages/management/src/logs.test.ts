import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsOf, openWorld, rowsOf, type World } from '../test/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
});
afterEach(() => world.storage.close());

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a row', () => {
  test('has the published fields and those only Sluice knows', async () => {
    const record = await world.log();
    const { body } = await world.call('GET', '/gateways/prod/logs');
    expect(body.result).toEqual([
      {
        id: record.id,
        created_at: '2026-10-01T08:00:00.000Z',
        event_id: 'event-1',
        step: 0,
        provider: 'openai',
        model: 'gpt-test',
        model_type: 'chat',
        path: 'v1/chat/completions',
        request_type: 'native',
        request_content_type: 'application/json',
        response_content_type: 'application/json',
        status_code: 200,
        success: true,
        cached: false,
        duration: 900,
        timings: { total: 900, latency: 300 },
        tokens_in: 12,
        tokens_out: 30,
        usage_metadata: {
          input_tokens: 12,
          output_tokens: 30,
          total_tokens: 42,
          output_reasoning_tokens: 7,
          input_cached_tokens: 4,
          input_cache_write_tokens: null,
          input_audio_tokens: null,
          output_audio_tokens: null,
        },
        cost: 0.000012345,
        custom_cost: false,
        metadata: { team: 'search', seats: 3 },
        feedback: null,
        score: null,
        user_agent: 'test/1',
        authentication: true,
        method: 'POST',
        streamed: false,
        partial: false,
        abandoned: false,
        time_to_first_chunk: null,
        finish_reason: 'stop',
        error: null,
        attempts: [
          {
            provider: 'openai',
            model: null,
            step: 0,
            credential: null,
            started_at: '2026-10-01T08:00:00.000Z',
            duration: 300,
            status_code: 200,
            error: null,
          },
        ],
      },
    ]);
  });

  test('shows what is unknown as null, never as zero', async () => {
    await world.log({ tokensIn: null, tokensOut: 5, costNanos: null });
    const [row] = rowsOf((await world.call('GET', '/gateways/prod/logs')).body);
    expect(row).toMatchObject({ tokens_in: null, tokens_out: 5, cost: null });
    expect(row?.usage_metadata).toMatchObject({ input_tokens: null, total_tokens: null });
  });

  test('says what went wrong', async () => {
    await world.log({ success: false, partial: true, errorCode: 'upstream_stalled', errorMessage: 'No byte in 30 s.' });
    const [row] = rowsOf((await world.call('GET', '/gateways/prod/logs')).body);
    expect(row).toMatchObject({
      success: false,
      partial: true,
      error: { code: 'upstream_stalled', message: 'No byte in 30 s.' },
    });
  });

  test.each([
    [1, '1e-9'],
    [70_000, '0.00007'],
    [300_000_000, '0.3'],
    [1_234_567_890, '1.23456789'],
  ])('costs %i nanodollars as %s dollars, without noise', async (costNanos, shown) => {
    await world.log({ costNanos });
    const response = await world.app.request('/client/v4/accounts/acme/ai-gateway/gateways/prod/logs', {
      headers: { authorization: `Bearer ${world.token}` },
    });
    expect(await response.text()).toContain(`"cost":${shown},`);
  });
});

describe('the list', () => {
  test('has the newest first, is paged, and empty beyond its end', async () => {
    for (const number of [1, 2, 3]) await world.log({ id: `log-${number}`, createdAt: number });
    await world.log({ id: 'elsewhere', gateway: 'other' });
    const page = async (query: string) => {
      const { body } = await world.call('GET', `/gateways/prod/logs?per_page=2&${query}`);
      return { ids: idsOf(body), info: body.result_info };
    };
    const info = { per_page: 2, total_count: 3 };
    expect(await page('page=1')).toEqual({ ids: ['log-3', 'log-2'], info: { ...info, page: 1, count: 2 } });
    expect(await page('page=2')).toEqual({ ids: ['log-1'], info: { ...info, page: 2, count: 1 } });
    expect(await page('page=3')).toEqual({ ids: [], info: { ...info, page: 3, count: 0 } });
    expect((await page('order_by=created_at&order_by_direction=asc')).ids).toEqual(['log-1', 'log-2']);
  });

  test.each([
    ['per_page=51', 'per_page', '"per_page" must be at most 50, received 51.'],
    ['status=200', 'status', 'Unknown query parameter "status".'],
    ['order_by_direction=up', 'order_by_direction', `"order_by_direction" must be 'asc' | 'desc', received 'up'.`],
  ])('?%s is refused by name, never ignored', async (query, name, message) => {
    const { status, body } = await world.call('GET', `/gateways/prod/logs?${query}`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ code: 7001, message, path: ['query', name] }]);
  });

  test('of an unknown gateway is 404, code 7002', async () => {
    const { status, body } = await world.call('GET', '/gateways/nope/logs');
    expect(status).toBe(404);
    expect(body.errors).toMatchObject([{ code: 7002 }]);
  });
});

describe('one row', () => {
  test('comes with sizes and how the bodies begin', async () => {
    const record = await world.log({}, { request: bytes('{"ask":1}'), response: bytes('{"say":2}') });
    const { body } = await world.call('GET', `/gateways/prod/logs/${record.id}`);
    expect(body.result).toMatchObject({
      id: record.id,
      model: 'gpt-test',
      request_size: 20,
      response_size: 40,
      request_head: '{"ask":1}',
      request_head_complete: true,
      response_head: '{"say":2}',
      response_head_complete: true,
    });
  });

  test('cuts a long body between two characters and says so', async () => {
    // 4096 bytes end inside the last of these characters.
    const record = await world.log({}, { request: bytes(`x${'é'.repeat(4000)}`), response: null });
    const { body } = await world.call('GET', `/gateways/prod/logs/${record.id}`);
    expect(body.result).toMatchObject({ request_head: `x${'é'.repeat(2047)}`, request_head_complete: false });
    expect(body.result).toMatchObject({ response_head: null, response_head_complete: false });
  });

  test('of another gateway or account is not found', async () => {
    const elsewhere = await world.log({ id: 'elsewhere', gateway: 'other' });
    const stranger = await world.log({ id: 'stranger', account: 'stranger' });
    for (const { id } of [elsewhere, stranger]) {
      for (const path of [id, `${id}/request`, `${id}/response`]) {
        const { status, body } = await world.call('GET', `/gateways/prod/logs/${path}`);
        expect(status).toBe(404);
        expect(body.errors).toEqual([{ code: 7002, message: expect.stringContaining(id) }]);
      }
    }
  });
});

describe('a body', () => {
  const raw = (id: string, part: string) =>
    world.app.request(`/client/v4/accounts/acme/ai-gateway/gateways/prod/logs/${id}/${part}`, {
      headers: { authorization: `Bearer ${world.token}` },
    });

  test('comes as the bytes and the type it had, without the envelope', async () => {
    const audio = Uint8Array.of(0, 255, 254, 10);
    const { id } = await world.log(
      { responseContentType: 'audio/mpeg' },
      { request: bytes('{ "a": 1 }'), response: audio },
    );
    const request = await raw(id, 'request');
    expect(request.headers.get('content-type')).toBe('application/json');
    expect(await request.text()).toBe('{ "a": 1 }');
    const response = await raw(id, 'response');
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(audio);
  });

  test('can neither run nor be guessed at in a browser', async () => {
    const { id } = await world.log(
      { responseContentType: 'text/html' },
      { request: null, response: bytes('<script>') },
    );
    const response = await raw(id, 'response');
    expect(response.headers.get('content-security-policy')).toBe('sandbox');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('that was not stored is 404, code 7002', async () => {
    const { id } = await world.log();
    const response = await raw(id, 'response');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ success: false, errors: [{ code: 7002 }] });
  });
});
