import { launch } from '@sluice/testing/launch';
import { testNothingLost } from '@sluice/testing/nothing-lost';

await testNothingLost({ name: 'deno', start: (options) => launch('deno', options) });
