import { launch } from '@sluice/testing/launch';
import { testRuntime } from '@sluice/testing/runtime';

testRuntime({ name: 'deno', start: (options) => launch('deno', options) });
