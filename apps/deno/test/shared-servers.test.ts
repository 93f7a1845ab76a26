import { launch } from '@sluice/testing/launch';
import { testSharedServers } from '@sluice/testing/shared-servers';

await testSharedServers({ name: 'deno', start: (options) => launch('deno', options) });
