import { messagesApi } from '../apis.ts';
import type { ProviderRow } from '../row.ts';
import { anthropicVersion } from '../rows.ts';
import { refusePath, take } from '../segments.ts';

/** The Claude Platform on AWS: `{region}/v1/messages`. */
export const anthropicAws: ProviderRow = {
  id: 'anthropic-aws',
  baseUrl: 'https://aws-external-anthropic.{region}.api.aws',
  credentials: ['x-api-key', 'authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'],
  path: (request) => {
    const [region = '', path = ''] = take(request.path, 1);
    if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
      refusePath('anthropic-aws', `"${region}" is no AWS region.`, '{region}/v1/messages');
    }
    return { path, values: { region } };
  },
  tails: messagesApi,
  defaultHeaders: anthropicVersion,
};
