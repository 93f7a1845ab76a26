import { runStep } from './run-step.mjs';

/** What can be said about the sources without running them. */
export const checks = [
  { name: 'format and lint', run: () => runStep('biome', ['check', '.']) },
  // Packages read each other's sources, which turbo's cache would not notice.
  {
    name: 'types',
    run: () => runStep('turbo', ['run', 'typecheck', '--force', '--continue', '--output-logs=errors-only']),
  },
  { name: 'types of the scripts', run: () => runStep('tsc', ['-p', 'scripts']) },
];
