import { testClients } from '@sluice/testing/clients';
import { launch } from '@sluice/testing/launch';

testClients({ name: 'deno', start: (env) => launch('deno', { env }) });
