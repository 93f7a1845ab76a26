import { type Rollup, Sketch, type Storage } from './parts.ts';
import { TEMPLATES, type Template } from './templates.ts';
import { STRIDE, type Times } from './times.ts';

/** Adds the calls of a seeded log up as they would have been while they ran, and by hours and days as they are by now. */
export async function seedRollups({ rollups }: Storage, templates: readonly Template[], times: Times): Promise<void> {
  const groups = new Map<string, Group>();
  for (let n = 0; n < times.count; n++) {
    const index = (n * STRIDE) % TEMPLATES;
    const template = templates[index];
    if (template === undefined) continue;
    const moment = times.at(n);
    const length = times.to - moment < RECENT_MS ? HOUR_MS : DAY_MS;
    const start = moment - (moment % length);
    const key = `${start}/${template.model}/${template.statusCode}/${template.errorCode}/${template.cached}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { start, template, durations: new Sketch(), firstChunks: new Sketch(), sums: [0, 0, 0, 0, 0] };
      groups.set(key, group);
    }
    add(group, template);
  }
  const rows = [...groups.values()].map(toRollup);
  for (let first = 0; first < rows.length; first += 200) await rollups.write(rows.slice(first, first + 200), []);
  while (await rollups.compact());
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Older ones are only known by the day. */
const RECENT_MS = 8 * DAY_MS;

interface Group {
  readonly start: number;
  readonly template: Template;
  readonly durations: Sketch;
  readonly firstChunks: Sketch;
  readonly sums: [requests: number, tokensIn: number, tokensOut: number, cacheRead: number, cost: number];
}

function add({ durations, firstChunks, sums }: Group, template: Template): void {
  sums[0] += 1;
  sums[1] += template.tokensIn ?? 0;
  sums[2] += template.tokensOut ?? 0;
  sums[3] += template.cacheReadTokens ?? 0;
  sums[4] += template.costNanos ?? 0;
  durations.add(template.durationMs);
  if (template.timeToFirstChunkMs !== null) firstChunks.add(template.timeToFirstChunkMs);
}

function toRollup({ start, template, durations, firstChunks, sums }: Group): Rollup {
  const { account, gateway, provider, model, statusCode, errorCode, cached, success } = template;
  const [requests, tokensIn, tokensOut, cacheReadTokens, costNanos] = sums;
  return {
    start,
    account,
    gateway,
    provider,
    model,
    statusCode,
    errorCode: errorCode ?? '',
    cached,
    writer: 'seed',
    requests,
    failures: success ? 0 : requests,
    tokensIn,
    tokensOut,
    cacheReadTokens,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    costNanos,
    savedNanos: 0,
    durations: durations.toBytes(),
    firstChunks: firstChunks.toBytes(),
  };
}
