import { expect, test } from 'vitest';
import { readConfig, type SluiceConfig } from '../index.ts';

const OIDC = { issuer: 'https://login.example.com', clientId: 'sluice', roles: { ops: 'owner', everyone: 'viewer' } };

test('an identity provider comes from the file, its secret from the environment', () => {
  expect(read({ oidc: OIDC })).toEqual(OIDC);
  const clientSecret = 'sk-test-from-the-environment';
  const file = { oidc: { ...OIDC, clientSecret: 'sk-test-from-the-file' } };
  expect(read(file)).toEqual(file.oidc);
  expect(read(file, clientSecret)).toEqual({ ...OIDC, clientSecret });
  expect(read({})).toBeUndefined();
});

test('every setting can be set', () => {
  const oidc = {
    ...OIDC,
    issuer: 'http://127.0.0.1:5556/dex',
    defaultRole: 'viewer',
    groupsClaim: 'roles',
    scopes: ['openid', 'groups'],
    redirectUri: 'https://sluice.example.com/client/v4/session/oidc/callback',
  };
  expect(read({ oidc })).toEqual(oidc);
});

test.each([
  [{ issuer: 'http://login.example.com' }, 'oidc.issuer must be an https:// address, or http:// on this machine'],
  [{ issuer: 'login.example.com' }, 'oidc.issuer must be an https:// address'],
  [{ clientId: undefined }, 'oidc.clientId must be text, and is missing.'],
  [{ roles: undefined }, 'oidc.roles must be an object of groups and roles, and is missing.'],
  [{ roles: { ops: 'admin' } }, 'oidc.roles.ops must be "owner", "editor" or "viewer"'],
  [{ defaultRole: 'admin' }, 'oidc.defaultRole must be "owner", "editor" or "viewer"'],
  [{ scopes: ['profile'] }, 'oidc.scopes must hold "openid"'],
  [{ redirectUri: '/callback' }, 'oidc.redirectUri must be a whole address'],
  [{ clientID: 'x' }, 'oidc.clientID is no setting. Did you mean clientId'],
])('%j is refused: %s', (change, sentence) => {
  expect(() => read({ oidc: { ...OIDC, ...change } })).toThrow(sentence);
});

test('a secret is not repeated', () => {
  expect(() => read({ oidc: { ...OIDC, clientSecret: ['sk-test-1'] } })).toThrow(/^(?!.*sk-test).*clientSecret/s);
});

test('a secret without a provider says what is missing', () => {
  expect(() => read({}, 'sk-test-1')).toThrow(
    'SLUICE_OIDC_CLIENT_SECRET is set, but SLUICE_CONFIG has no "oidc" section',
  );
});

test('the variable is one that may be set', () => {
  const names = ['SLUICE_OIDC_CLIENT_SECRET'];
  expect(() => readConfig({ env: () => undefined, names })).not.toThrow();
});

function read(file: object, secret?: string): SluiceConfig['oidc'] {
  const variables = new Map([['SLUICE_CONFIG', JSON.stringify(file)]]);
  if (secret !== undefined) variables.set('SLUICE_OIDC_CLIENT_SECRET', secret);
  return readConfig({ env: (name) => variables.get(name) }).oidc;
}
