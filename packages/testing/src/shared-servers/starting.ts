import { describe, expect, test } from 'vitest';
import { unusedPort } from '../upstream/unused-port.ts';
import { chat } from './calls.ts';
import { type Premises, startForTest, WRITES_TO_NO_DISK } from './premises.ts';

/** What a start needs, and what it can do without. */
export function testStarting(premises: () => Premises): void {
  describe('a start', () => {
    test('without PostgreSQL ends with code 1 and names the variable, without the password', async () => {
      const address = `postgres://sluice:pw-test-not-a-secret@127.0.0.1:${await unusedPort()}/sluice`;
      const failed = await startForTest(premises(), { SLUICE_DATABASE_URL: address }).catch((error: Error) => error);
      expect(failed).toMatchObject({
        message: expect.stringContaining('SLUICE_DATABASE_URL'),
        cause: { message: 'It ended with code 1.' },
      });
      expect(String(failed)).not.toContain('pw-test');
    });

    test('without Redis serves', async () => {
      const started = await startForTest(premises(), { SLUICE_REDIS_URL: `redis://127.0.0.1:${await unusedPort()}` });
      expect((await chat(started, 'default')).status).toBe(200);
    });

    test('needs no directory for data where it has both servers and the master key', async () => {
      const { both } = premises();
      const kept = await Promise.all(both.map((process) => chat(process, 'default')));
      expect(kept.map(({ status }) => status)).toEqual([200, 200]);
      for (const process of both) expect(process.logs()).not.toContain(WRITES_TO_NO_DISK);
    });
  });
}
