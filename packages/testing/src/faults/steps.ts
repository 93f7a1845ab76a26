import type { Step } from './scene.ts';

/** What a user says beside the model: other messages, a stream, or what the universal endpoint takes as a step's `config`. */
export interface StepOptions {
  readonly messages?: readonly object[];
  readonly stream?: boolean;
  readonly config?: object;
}

/** A step to the upstream of raw bytes. */
export function openai(model: string, options: StepOptions = {}): Step {
  return step('openai', 'v1/chat/completions', { authorization: 'Bearer sk-test-openai' }, model, options);
}

/** A step to the vendor that aimock lets fail. */
export function mistral(model: string, options: StepOptions = {}): Step {
  return step('mistral', 'v1/chat/completions', { authorization: 'Bearer sk-test-mistral' }, model, options);
}

/** A step to the vendor that is well, which speaks another language. */
export function claude(model: string, options: StepOptions = {}): Step {
  const headers = { 'x-api-key': 'sk-test-anthropic', 'anthropic-version': '2023-06-01' };
  const { query, ...rest } = step('anthropic', 'v1/messages', headers, model, options);
  return { ...rest, query: { ...query, max_tokens: 64 } };
}

const QUESTION: readonly object[] = [{ role: 'user', content: 'What is new?' }];

function step(
  provider: string,
  endpoint: string,
  credential: Readonly<Record<string, string>>,
  model: string,
  { messages = QUESTION, stream, config }: StepOptions,
): Step {
  return {
    provider,
    endpoint,
    headers: { ...credential, 'content-type': 'application/json' },
    query: { model, messages, ...(stream === true && { stream }) },
    ...(config !== undefined && { config }),
  };
}
