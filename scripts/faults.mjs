// Lets the sixteen faults happen to a gateway on the runtime that is named, and prints what came of them:
// npm run faults [node|bun|deno|workers]

import { judgeFaults } from '../packages/testing/src/faults/judge-faults.ts';
import { faultTable } from '../packages/testing/src/faults/table.ts';
import { launch } from '../packages/testing/src/launch.ts';

const RUNTIMES = ['node', 'bun', 'deno', 'workers'];
const [runtime = 'node'] = process.argv.slice(2);
if (!RUNTIMES.includes(runtime)) {
  console.error(`There is no runtime "${runtime}". Choose one of: ${RUNTIMES.join(', ')}.`);
  process.exit(2);
}
const results = await judgeFaults((env) => launch(runtime, { env }));
console.log(faultTable(results));
if (results.some(({ verdict }) => verdict === 'fail')) process.exitCode = 1;
