import { Agent, request } from 'node:http';
import type { Target } from '../subjects/subject.ts';

/** What came back for one call, and when; times are milliseconds since it was sent. */
export interface Exchange {
  readonly status: number;
  readonly body: string;
  readonly firstByteMillis: number;
  readonly endMillis: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

/** Sends one call and reads the answer to its end. */
export function exchange({ url, headers, isVaried = false }: Target, question: string): Promise<Exchange> {
  const body = isVaried ? varied(question) : question;
  return new Promise((resolve, reject) => {
    const sentAt = performance.now();
    let firstByteMillis = 0;
    const length = { 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent, headers: { ...headers, ...length } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        firstByteMillis ||= performance.now() - sentAt;
        text += piece;
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, body: text, firstByteMillis, endMillis: performance.now() - sentAt }),
      );
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(30_000, () => outgoing.destroy(new Error(`${url} sent nothing for 30 s.`)));
    outgoing.end(body);
  });
}

let asked = 0;

/** The question of another user, which makes it another question to any cache. */
function varied(question: string): string {
  return question.replace('{', `{"user":"${++asked}",`);
}

/** Closes the connections that are kept open between calls. */
export function closeConnections(): void {
  agent.destroy();
}
