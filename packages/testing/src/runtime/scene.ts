import type { LaunchedGateway } from '../launch.ts';
import type { Upstream } from '../upstream/start-upstream.ts';

/** What the tests of a runtime play with: a gateway, and behind it one upstream that plays every vendor. */
export interface Scene {
  readonly upstream: Upstream;
  readonly gateway: LaunchedGateway;
  readonly behindEdge: boolean;
  /** The URL of a path below a provider's slug on the default gateway. */
  url(path: string): string;
}

/** The limits under which the gateway of a scene runs: small enough to be reached. */
export const LIMITS = { idleTimeoutMs: 2000, firstByteTimeoutMs: 2000, maxRequestBytes: 4 * 1024 * 1024 } as const;

/** The environment of a gateway whose vendors are all played by `upstream`; nobody answers for `groq`. */
export function sceneEnv(upstream: Upstream, deadPort: number): Record<string, string> {
  return {
    SLUICE_PROVIDER_OPENAI_BASE_URL: `${upstream.url}/v1`,
    SLUICE_PROVIDER_ANTHROPIC_BASE_URL: upstream.url,
    SLUICE_PROVIDER_OLLAMA_BASE_URL: upstream.url,
    SLUICE_PROVIDER_AWS_BEDROCK_BASE_URL: upstream.url,
    SLUICE_PROVIDER_GROQ_BASE_URL: `http://127.0.0.1:${deadPort}`,
    SLUICE_CONFIG: JSON.stringify({ limits: LIMITS }),
  };
}

/** The headers of an OpenAI client that sends JSON. */
export const JSON_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'application/json',
  authorization: 'Bearer sk-test-not-a-secret',
};
