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
          { text: 'Configuration as code', link: '/guide/config-as-code' },
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
          { text: 'Errors', link: '/reference/errors' },
          { text: 'Limits', link: '/reference/limits' },
          { text: 'Sixteen faults', link: '/reference/faults' },
        ],
      },
      {
        text: 'Management API',
        items: [
          { text: 'Overview', link: '/reference/management' },
          { text: 'Gateways', link: '/reference/api/gateways' },
          { text: 'Logs', link: '/reference/api/logs' },
          { text: 'Datasets', link: '/reference/api/datasets' },
          { text: 'Evaluations', link: '/reference/api/evaluations' },
          { text: 'Provider configs', link: '/reference/api/provider-configs' },
          { text: 'Custom providers', link: '/reference/api/custom-providers' },
          { text: 'URLs', link: '/reference/api/urls' },
          { text: 'Cache', link: '/reference/api/cache' },
          { text: 'Analytics', link: '/reference/api/analytics' },
          { text: 'GraphQL', link: '/reference/api/graphql' },
          { text: 'Metrics', link: '/reference/api/metrics' },
          { text: 'Tokens', link: '/reference/api/tokens' },
          { text: 'Sessions', link: '/reference/api/sessions' },
          { text: 'Audit logs', link: '/reference/api/audit-logs' },
          { text: 'Config', link: '/reference/api/config' },
          { text: 'Billing', link: '/reference/api/billing' },
        ],
      },
    ],
  },
});
