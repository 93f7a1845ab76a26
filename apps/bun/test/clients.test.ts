import { testClients } from '@sluice/testing/clients';
import { launch } from '@sluice/testing/launch';

testClients({ name: 'bun', start: (env) => launch('bun', { env }) });
