interface Answer {
  readonly status: number;
  readonly answeredBy: string | null;
  readonly body: string;
}

/** What the app answers at its own address, to a call the plugin lets through, and to one it does not. */
export async function makeCalls(fetch: (path: string, init?: RequestInit) => Promise<Response>) {
  return { own: await answer(fetch('/')), allowed: await chat('gpt-5-mini'), refused: await chat('gpt-1') };

  function chat(model: string): Promise<Answer> {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test-not-a-key' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
    };
    return answer(fetch('/ai/v1/acme/main/openai/chat/completions', init));
  }
}

async function answer(pending: Promise<Response>): Promise<Answer> {
  const response = await pending;
  const answeredBy = response.headers.get('x-answered-by');
  return { status: response.status, answeredBy, body: await response.text() };
}
