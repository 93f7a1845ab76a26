import { LLMock } from '@copilotkit/aimock';
import { startUpstream, type Upstream } from '../upstream/start-upstream.ts';

/** The upstreams that faults happen to, and the one that is well. */
export interface FaultVendors {
  /** `openai`, as raw bytes: resets, cuts, stalls and what else no HTTP server would do. */
  readonly wire: Upstream;
  /** `mistral` and `anthropic`, played by aimock. Claude answers unless told otherwise. */
  readonly mock: LLMock;
  /** What points a gateway at them. */
  readonly env: Readonly<Record<string, string>>;
  /** How many requests named this model. */
  asked(model: string): number;
  stop(): Promise<void>;
}

/** What the fallback says. */
export const FALLBACK_WORDS = 'An answer of the fallback.';
/** What the primary says once it is well. */
export const PRIMARY_WORDS = 'An answer of the primary.';
/** What every answer of aimock's says it took. */
export const FALLBACK_TOKENS = { in: 21, out: 6 } as const;

/** So long a gateway under test waits at most where a fault sets no limit of its own, in milliseconds. */
export const LIMITS = { firstByteTimeoutMs: 3000, idleTimeoutMs: 3000 } as const;

/** How many tokens fit into the models of fault 12. */
export const CONTEXT_WINDOWS = {
  'mistral/short': 8192,
  'anthropic/claude-short': 4096,
  'anthropic/claude-long': 200_000,
};

/** Starts them on ports of 127.0.0.1. */
export async function startFaultVendors(): Promise<FaultVendors> {
  const wire = await startUpstream();
  const mock = new LLMock({ host: '127.0.0.1', port: 0, strict: true, logLevel: 'silent' });
  await mock.start();
  const { in: input_tokens, out: output_tokens } = FALLBACK_TOKENS;
  mock.on({ model: /^claude/ }, { content: FALLBACK_WORDS, usage: { input_tokens, output_tokens } });
  return {
    wire,
    mock,
    env: {
      SLUICE_PROVIDER_OPENAI_BASE_URL: `${wire.url}/v1`,
      SLUICE_PROVIDER_MISTRAL_BASE_URL: mock.url,
      SLUICE_PROVIDER_ANTHROPIC_BASE_URL: mock.url,
      SLUICE_CONFIG: JSON.stringify({ limits: LIMITS, contextWindows: CONTEXT_WINDOWS }),
    },
    asked: (model) => mock.getRequests().filter(({ body }) => body?.model === model).length,
    stop: async () => {
      await mock.stop();
      await wire.close();
    },
  };
}
