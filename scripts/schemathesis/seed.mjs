import { SCRIPT } from '../../packages/testing/src/clients/script.ts';

/** Fills an account through its doors. Resolves to the ids of what is to stay and of what may be deleted. */
export async function seed({ url, adminToken }) {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const ask = async (method, path, body) => {
    const reply = await fetch(`${url}/client/v4/accounts/default/ai-gateway${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${await reply.text()}`);
    return (await reply.json()).result;
  };
  const make = async (path, body) => (await ask('POST', path, body)).id;

  const fill = async (gateway) => {
    await make('/gateways', { ...GATEWAY, id: gateway });
    const inside = `/gateways/${gateway}`;
    await call(url, gateway, SCRIPT.greeting.ask);
    await call(url, gateway, 'Nobody knows this');
    const [row] = await rows(() => ask('GET', `${inside}/logs`));
    await ask('PATCH', `${inside}/logs/${row.id}`, { feedback: 1, score: 90, metadata: { team: 'search' } });
    const dataset = await make(`${inside}/datasets`, DATASET);
    const [type] = await ask('GET', '/evaluation-types');
    const evaluation = { name: 'Cost', dataset_ids: [dataset], evaluation_type_ids: [type.id] };
    return {
      gateway,
      log: row.id,
      dataset,
      evaluation_type: type.id,
      evaluation: await make(`${inside}/evaluations`, evaluation),
      config: await make(`${inside}/provider_configs`, CONFIG),
      provider: await make('/custom-providers', { ...PROVIDER, slug: `llm-of-${gateway}` }),
      token: await make('/tokens', { name: gateway, kind: 'management', role: 'viewer' }),
    };
  };
  await make('/gateways', { ...GATEWAY, id: 'empty' });
  return { staying: await fill('staying'), leaving: await fill('leaving') };
}

const GATEWAY = {
  cache_invalidate_on_update: false,
  cache_ttl: 0,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
};

const DATASET = { name: 'All', enable: true, filters: [{ key: 'success', operator: 'eq', value: [true] }] };
const CONFIG = { alias: 'default', default_config: true, provider_slug: 'openai', secret: 'sk-test-fuzz' };
const PROVIDER = { name: 'LLM', base_url: 'https://llm.example/v1', headers: '{"x-team":"search"}' };

async function call(url, gateway, content) {
  const reply = await fetch(`${url}/v1/default/${gateway}/openai/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-test-fuzz', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content }] }),
  });
  await reply.text();
}

/** Rows are written behind the answers: asks until there are some, or ten seconds are over. */
async function rows(list) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const found = await list();
    if (found.length > 0) return found;
    if (Date.now() > deadline) throw new Error('The calls never got into the log.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
