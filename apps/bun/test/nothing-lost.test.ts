import { launch } from '@sluice/testing/launch';
import { testNothingLost } from '@sluice/testing/nothing-lost';

await testNothingLost({ name: 'bun', start: (options) => launch('bun', options) });
