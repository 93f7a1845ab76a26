import type { Provider } from '@sluice/core';

/** Takes AWS signatures: Bedrock under each of its slugs, and Claude on AWS. */
export function isAws({ credentialHeaders }: Provider): boolean {
  return credentialHeaders.includes('x-amz-date');
}

/** Vertex AI, whose credential is an access token that lives for an hour. */
export function isVertex({ id }: Provider): boolean {
  return id === 'google-vertex-ai';
}

/** Takes Google's API keys, in a header or in the query. */
export function isGoogle({ credentialHeaders }: Provider): boolean {
  return credentialHeaders.includes('x-goog-api-key');
}

/** Azure under each of its slugs. */
export function isAzure({ id }: Provider): boolean {
  return id === 'azure-openai' || id === 'azure';
}
