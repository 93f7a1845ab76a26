import { testFaults } from '@sluice/testing/faults';
import { launch } from '@sluice/testing/launch';

testFaults({ name: 'bun', start: (env) => launch('bun', { env }) });
