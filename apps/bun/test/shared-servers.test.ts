import { launch } from '@sluice/testing/launch';
import { testSharedServers } from '@sluice/testing/shared-servers';

await testSharedServers({ name: 'bun', start: (options) => launch('bun', options) });
