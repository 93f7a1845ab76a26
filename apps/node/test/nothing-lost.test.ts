import { launch } from '@sluice/testing/launch';
import { testNothingLost } from '@sluice/testing/nothing-lost';

await testNothingLost({ name: 'node', start: (options) => launch('node', options) });
