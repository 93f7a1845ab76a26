import { launch } from '@sluice/testing/launch';
import { testRuntime } from '@sluice/testing/runtime';

testRuntime({ name: 'bun', start: (options) => launch('bun', options) });
