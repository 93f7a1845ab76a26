import { isDeepStrictEqual } from 'node:util';

/** What differs between the gateway's log and the expected rows, in whatever order; null when nothing does. */
export async function compareLog(gateway, expected) {
  const wanted = expected.map(({ provider, model, status, tokens }) => [
    provider,
    model,
    status,
    tokens.in,
    tokens.out,
  ]);
  const rows = await readLog(gateway, wanted.length);
  const found = rows.map((row) => [row.provider, row.model, row.status_code, row.tokens_in, row.tokens_out]);
  const missing = subtract(wanted, found);
  const extra = subtract(found, wanted);
  return missing.length + extra.length === 0
    ? null
    : `missing: ${JSON.stringify(missing)}\nextra: ${JSON.stringify(extra)}`;
}

/** Rows are written behind the answers: asks until there are as many as calls, or ten seconds are over. */
async function readLog({ url, adminToken }, count) {
  const list = `${url}/client/v4/accounts/default/ai-gateway/gateways/default/logs?per_page=50`;
  const deadline = Date.now() + 10_000;
  for (;;) {
    const reply = await fetch(list, { headers: { authorization: `Bearer ${adminToken}` } });
    if (!reply.ok) throw new Error(`GET ${list} answered ${reply.status}: ${await reply.text()}`);
    const { result } = await reply.json();
    if (result.length >= count || Date.now() > deadline) return result;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function subtract(from, what) {
  const left = [...what];
  return from.filter((item) => {
    const index = left.findIndex((other) => isDeepStrictEqual(other, item));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
