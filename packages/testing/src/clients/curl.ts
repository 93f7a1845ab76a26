import { execFile, execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { expectLogged } from './scenario.ts';
import {
  askToFail,
  CHAT_TOKENS,
  FAILURES,
  SCRIPT,
  type Tokens,
  TRANSCRIPTION_TOKENS,
  UNKNOWN_TOKENS,
} from './script.ts';
import type { Target } from './target.ts';

/** What people do in a terminal. Skipped where there is no curl. */
export function curlScenarios(target: () => Target): void {
  describe.skipIf(!hasCurl())('curl', () => {
    const url = (path: string) => target().base('openai') + path;
    const expectRow = (reply: CurlReply, model: string, tokens: Tokens, status = 200) =>
      expectLogged(target(), reply.headers, { provider: 'openai', model, tokens, status });

    test('answers', async () => {
      const reply = await curl(url('/chat/completions'), ...json({ model: MODEL, messages: ask(SCRIPT.greeting.ask) }));
      expect(reply.status).toBe(200);
      expect(reply.body.toString()).toContain(SCRIPT.greeting.answer);
      await expectRow(reply, MODEL, CHAT_TOKENS);
    });

    test('streams to the end', async () => {
      const body = {
        model: MODEL,
        messages: ask(SCRIPT.greeting.ask),
        stream: true,
        stream_options: { include_usage: true },
      };
      const reply = await curl(url('/chat/completions'), '--no-buffer', ...json(body));
      expect(reply.headers.get('content-type')).toContain('text/event-stream');
      expect(reply.body.toString().trimEnd()).toMatch(/data: \[DONE\]$/);
      await expectRow(reply, MODEL, CHAT_TOKENS);
    });

    test('uploads a file', async () => {
      const form = ['--form', 'model=gpt-4o-transcribe', '--form', 'file=@-;filename=speech.mp3;type=audio/mpeg'];
      const reply = await curl(url('/audio/transcriptions'), ...form);
      expect(JSON.parse(reply.body.toString())).toMatchObject({ text: SCRIPT.transcription.answer });
      await expectRow(reply, 'gpt-4o-transcribe', TRANSCRIPTION_TOKENS);
    });

    test('downloads speech', async () => {
      const body = { model: 'gpt-4o-mini-tts', input: SCRIPT.speech.ask, voice: 'alloy' };
      const reply = await curl(url('/audio/speech'), ...json(body));
      expect(Uint8Array.from(reply.body)).toEqual(SCRIPT.speech.mp3);
      await expectRow(reply, body.model, UNKNOWN_TOKENS);
    });

    test.each(FAILURES)("$status arrives with the vendor's body", async ({ status, message, type }) => {
      const reply = await curl(url('/chat/completions'), ...json({ model: MODEL, messages: ask(askToFail(status)) }));
      expect(reply.status).toBe(status);
      expect(JSON.parse(reply.body.toString())).toMatchObject({ error: { message, type } });
      await expectRow(reply, MODEL, UNKNOWN_TOKENS, status);
    });
  });
}

const MODEL = 'gpt-4o-mini';

interface CurlReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function ask(content: string) {
  return [{ role: 'user', content }];
}

function json(body: object): string[] {
  return ['--header', 'content-type: application/json', '--data', JSON.stringify(body)];
}

/** Runs curl with the script's audio on its standard input, which only an upload reads. */
function curl(url: string, ...args: string[]): Promise<CurlReply> {
  const always = ['--silent', '--show-error', '--max-time', '20', '--noproxy', '*', '--include'];
  const key = ['--header', 'authorization: Bearer sk-test-curl'];
  return new Promise((resolve, reject) => {
    const child = execFile(
      'curl',
      [...always, ...key, ...args, url],
      { encoding: 'buffer' },
      (error, output, messages) => {
        if (error) reject(new Error(`curl ${url} failed: ${messages.toString()}`, { cause: error }));
        else resolve(parseReply(output));
      },
    );
    // A curl that reads nothing from here may be gone already.
    child.stdin?.on('error', () => {}).end(SCRIPT.speech.mp3);
  });
}

/** Head and body as they come in one: heads of interim answers (100) first, where there are any. */
function parseReply(output: Buffer): CurlReply {
  const end = output.indexOf('\r\n\r\n');
  const [first = '', ...lines] = output.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(first.split(' ')[1]);
  const body = output.subarray(end + 4);
  return status < 200 ? parseReply(body) : { status, headers: new Headers(lines.map(toPair)), body };
}

function toPair(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
