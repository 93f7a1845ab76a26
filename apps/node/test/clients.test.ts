import { testClients } from '@sluice/testing/clients';
import { launch } from '@sluice/testing/launch';

testClients({ name: 'node', start: (env) => launch('node', { env }) });
