// `npm test`: every step runs, whatever the ones before it said; the last line counts them all.
// `npm test -- <vitest arguments>` runs vitest alone.
import { checks } from './checks.mjs';
import { run as runPythonClients } from './python-clients.mjs';
import { run as fuzzManagement } from './schemathesis.mjs';
import { run as installServices } from './services.mjs';
import { runVitest } from './vitest-step.mjs';

const args = process.argv.slice(2);

/** Each step resolves to how many `passed`, `failed` and were `skipped`, and prints a line for each skip. */
const steps =
  args.length > 0
    ? [{ name: 'tests', run: () => runVitest(args) }]
    : [
        ...checks,
        { name: 'servers for tests', run: installServices },
        { name: 'tests', run: () => runVitest([]) },
        { name: 'python clients', run: runPythonClients },
        { name: 'fuzz of the management API', run: fuzzManagement },
      ];

const total = { passed: 0, failed: 0, skipped: 0 };
for (const { name, run } of steps) {
  console.log(`\n── ${name}`);
  const counts = await run().catch((error) => {
    console.error(`The step "${name}" broke: ${error.stack}`);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
