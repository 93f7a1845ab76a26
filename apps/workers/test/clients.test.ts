import { testClients } from '@sluice/testing/clients';
import { launch } from '@sluice/testing/launch';

testClients({ name: 'workers', start: (env) => launch('workers', { env }) });
