// `npm run check`: the fast half of `npm test`, without running a test.
import { checks } from './checks.mjs';

let failed = 0;
for (const { name, run } of checks) {
  console.log(`\n── ${name}`);
  failed += (await run()).failed;
}
process.exitCode = failed === 0 ? 0 : 1;
