import { launch } from '@sluice/testing/launch';
import { testSharedServers } from '@sluice/testing/shared-servers';

await testSharedServers({ name: 'node', start: (options) => launch('node', options) });
