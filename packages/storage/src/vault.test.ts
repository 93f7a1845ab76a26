import { expect, test } from 'vitest';
import { createVault } from './vault.ts';

const KEY = 'master-key-for-tests';
const SECRET = 'sk-test-ünïcode \u{1F511}';

test('what was sealed opens again, in another process too', async () => {
  const sealed = await createVault(KEY).seal(SECRET, 'place');
  expect(await createVault(KEY).open(sealed, 'place')).toBe(SECRET);
  expect(await createVault(KEY).open(await createVault(KEY).seal('', ''), '')).toBe('');
});

test('the same secret sealed twice gives different bytes, and none of them holds it', async () => {
  const vault = createVault(KEY);
  const [first, second] = [await vault.seal('sk-test-secret', 'place'), await vault.seal('sk-test-secret', 'place')];
  expect(first).not.toEqual(second);
  expect(new TextDecoder('latin1').decode(first)).not.toContain('sk-test');
});

test.each([
  ['another key', 'another-master-key', 'place'],
  ['another place', KEY, 'elsewhere'],
])('what was sealed does not open with %s', async (_, key, place) => {
  const sealed = await createVault(KEY).seal('sk-test-secret', 'place');
  const opened = createVault(key).open(sealed, place);
  await expect(opened).rejects.toMatchObject({
    name: 'StorageError',
    code: 'wrong_master_key',
    message: expect.stringContaining('SLUICE_MASTER_KEY'),
  });
});

test('bytes that were changed, cut or never sealed do not open', async () => {
  const vault = createVault(KEY);
  const sealed = await vault.seal('sk-test-secret', 'place');
  for (const position of sealed.keys()) {
    const changed = sealed.map((byte, index) => (index === position ? byte ^ 1 : byte));
    await expect(vault.open(changed, 'place')).rejects.toMatchObject({ code: 'wrong_master_key' });
  }
  for (const bytes of [sealed.subarray(0, -1), sealed.subarray(0, 13), new Uint8Array()]) {
    await expect(vault.open(bytes, 'place')).rejects.toMatchObject({ code: 'wrong_master_key' });
  }
});

test('a key of 32 bytes in base64 is those bytes, any other is its text', async () => {
  const sealed = await createVault(btoa('\u0001'.repeat(32))).seal('sk-test-secret', '');
  expect(await createVault('\u0001'.repeat(32)).open(sealed, '')).toBe('sk-test-secret');
});

test('a key that is easily guessed is refused, without being repeated', () => {
  expect(() => createVault('hunter2')).toThrow(/^A master key needs at least 16 characters, not 7\. Make one/);
});
