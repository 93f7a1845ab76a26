import { testFaults } from '@sluice/testing/faults';
import { launch } from '@sluice/testing/launch';

testFaults({ name: 'node', start: (env) => launch('node', { env }) });
