import { launch } from '@sluice/testing/launch';
import { testRuntime } from '@sluice/testing/runtime';

testRuntime({ name: 'workers', start: (options) => launch('workers', options), behindEdge: true });
