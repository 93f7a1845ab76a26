import { vertexApi } from '../apis.ts';
import type { ProviderRow } from '../row.ts';
import { refusePath } from '../segments.ts';

/** Vertex AI: the host depends on the location that the path names; without one it is the global host. */
export const googleVertexAi: ProviderRow = {
  id: 'google-vertex-ai',
  baseUrl: 'https://{host}',
  credentials: ['authorization', 'x-goog-api-key'],
  path: ({ path }) => {
    const location = /(?:^|\/)locations\/([^/]+)/.exec(path)?.[1] ?? 'global';
    if (!LOCATION.test(location)) refusePath('google-vertex-ai', `"${location}" is no location.`, TEMPLATE);
    return { path, values: { host: hostOf(location), location } };
  },
  tails: vertexApi,
};

const TEMPLATE = 'v1/projects/{project}/locations/{location}/publishers/{publisher}/models/{model}:generateContent';
const LOCATION = /^[a-z][a-z\d-]{0,40}$/;

function hostOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `aiplatform.${location}.rep.googleapis.com`;
  return `${location}-aiplatform.googleapis.com`;
}
