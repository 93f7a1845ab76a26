/**
 * Runs a call of `ai-gateway-provider`, whose host can't be set, against this origin instead: all that changes is where
 * the request goes.
 */
export async function redirected<T>(origin: string, call: () => Promise<T>): Promise<T> {
  const original = globalThis.fetch;
  globalThis.fetch = (input, init) =>
    original(typeof input === 'string' ? input.replace(FIXED_HOST, origin) : input, init);
  try {
    return await call();
  } finally {
    globalThis.fetch = original;
  }
}

const FIXED_HOST = 'https://gateway.ai.cloudflare.com';
