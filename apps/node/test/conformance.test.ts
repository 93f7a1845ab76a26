import { launch } from '@sluice/testing/launch';
import { testRuntime } from '@sluice/testing/runtime';

testRuntime({ name: 'node', start: (options) => launch('node', options) });
