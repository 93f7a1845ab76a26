import type { ProviderRequest } from '@sluice/core';
import { bedrockApi } from '../apis.ts';
import type { Place } from '../path-rules.ts';
import type { ProviderRow } from '../row.ts';
import { anthropicVersion } from '../rows.ts';
import { refusePath, take } from '../segments.ts';

/** Amazon Bedrock: `{service}/{region}/{rest}`, with the service and region going into the host. */
export const awsBedrock: ProviderRow = {
  id: 'aws-bedrock',
  aliases: ['bedrock'],
  baseUrl: 'https://{service}.{region}.{domain}',
  credentials: ['authorization', 'x-api-key', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'],
  path: (request) => {
    const [service = '', region = '', path = ''] = take(request.path, 2);
    const domain = DOMAINS.get(service);
    if (domain === undefined) refusePath('aws-bedrock', `"${service}" is no service of Bedrock.`, TEMPLATE);
    if (!REGION.test(region)) refusePath('aws-bedrock', `"${region}" is no AWS region.`, TEMPLATE);
    // The partition in China has a domain of its own.
    const suffix = region.startsWith('cn-') ? `${domain}.cn` : domain;
    return { path, values: { service, region, domain: suffix }, ...messagesOnMantle(service, path, request) };
  },
  tails: bedrockApi,
  // Model ids may be ARNs, whose slashes must stay inside one segment.
  allowsSlash: (segment) => ARN.test(segment),
};

const TEMPLATE = 'bedrock-runtime/{region}/model/{model}/converse';
const DOMAINS: ReadonlyMap<string, string> = new Map([
  ['bedrock-runtime', 'amazonaws.com'],
  ['bedrock-runtime-fips', 'amazonaws.com'],
  ['bedrock-mantle', 'api.aws'],
  ['bedrock', 'amazonaws.com'],
  ['bedrock-agent-runtime', 'amazonaws.com'],
]);
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
const ARN = /^arn(?::|%3a)aws/i;

/** Mantle's Messages endpoint wants a Bedrock API key the way Anthropic's SDK sends one. */
function messagesOnMantle(service: string, path: string, { headers }: ProviderRequest): Partial<Place> {
  if (service !== 'bedrock-mantle' || !path.startsWith('anthropic/')) return {};
  const key = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return {
    defaultHeaders: anthropicVersion,
    ...(key !== undefined && { headers: { authorization: undefined, 'x-api-key': key } }),
  };
}
