import { defineConfig } from 'vitepress';

export default defineConfig({
  title: 'Sluice',
  description: 'A self-hosted AI gateway, and the framework it is made of',
  cleanUrls: true,
  themeConfig: {
    sidebar: [
      {
        text: 'Guide',
        items: [
          { text: 'Getting started', link: '/guide/getting-started' },
          { text: 'Configuration', link: '/guide/configuration' },
          { text: 'Runtimes', link: '/guide/runtimes' },
          { text: 'Logs and cost', link: '/guide/logs' },
          { text: 'Analytics', link: '/guide/analytics' },
          { text: 'Streams', link: '/guide/streams' },
          { text: 'Tokens and provider keys', link: '/guide/keys' },
          { text: 'People and roles', link: '/guide/people' },
          { text: 'Caching', link: '/guide/caching' },
          { text: 'Rate limits', link: '/guide/rate-limits' },
          { text: 'Retries and fallbacks', link: '/guide/fallbacks' },
          { text: 'More than one machine', link: '/guide/scaling' },
          { text: 'In your own server', link: '/guide/embedding' },
          { text: 'Writing a plugin', link: '/guide/plugins' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Providers', link: '/reference/providers' },
          { text: 'Headers', link: '/reference/headers' },
          { text: 'Management API', link: '/reference/management' },
          { text: 'Errors', link: '/reference/errors' },
          { text: 'Limits', link: '/reference/limits' },
          { text: 'Sixteen faults', link: '/reference/faults' },
        ],
      },
    ],
  },
});
