import { testClientsWithoutGateway } from './suite.ts';

testClientsWithoutGateway();
