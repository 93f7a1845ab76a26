/** What Prometheus would read, or an error for what it would not take. */
export interface ParsedMetrics {
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** All values of a label, each once. */
  labels(name: string): readonly string[];
}

/** Reads Prometheus' text format 0.0.4 as strictly as its documentation has it. */
export function parseMetrics(text: string): ParsedMetrics {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const samples = new Map<string, number>();
  const values = new Map<string, Set<string>>();
  const types = new Map<string, string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, family = '', rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (kind === 'TYPE') {
      if (types.has(family) || !/^(?:counter|gauge|histogram)$/.test(rest)) throw new Error(`Wrong type: ${line}`);
      types.set(family, rest);
    }
    if (kind !== undefined) continue;
    const [, name = '', pairs = '', value = ''] = SAMPLE.exec(line) ?? [];
    const base = name.replace(/_(?:bucket|sum|count)$/, '');
    if (name === '' || !(types.has(name) || types.get(base) === 'histogram')) throw new Error(`No sample: ${line}`);
    const labels = [...pairs.matchAll(PAIR)].map(
      ([, label = '', escaped = '']) => [label, unescaped(escaped)] as const,
    );
    for (const [label, known] of labels) values.set(label, (values.get(label) ?? new Set()).add(known));
    const key = keyOf(name, labels);
    if (samples.has(key)) throw new Error(`Twice: ${line}`);
    samples.set(key, Number(value));
  }
  return {
    value: (name, labels = {}) => samples.get(keyOf(name, Object.entries(labels))),
    labels: (name) => [...(values.get(name) ?? [])].sort(),
  };
}

const PAIR = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)",?/g;
const SAMPLE =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?\d[\d.e+-]*|NaN|[+-]Inf)$/;

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

function keyOf(name: string, labels: readonly (readonly [string, string])[]): string {
  return JSON.stringify([name, ...labels.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
