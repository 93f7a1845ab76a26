import { type Call, GatewayError, type StoredCredential } from '@sluice/core';
import { aliasesOf } from './choice.ts';

/** A secret that no call can be made with. Another key of the same alias may do. */
export class UnusableKey extends GatewayError {
  constructor(message: string, options?: ErrorOptions) {
    super('credential_required', message, options);
  }
}

/** The gateway takes no call without a credential, and there is none to add. */
export function credentialRequired({ provider, gateway }: Call, stored: readonly StoredCredential[]): GatewayError {
  const wayOut =
    stored.length === 0
      ? `store one for ${provider.id}`
      : `name a stored one with cf-aig-byok-alias (${aliasesOf(stored)})`;
  return new GatewayError(
    'credential_required',
    `The call to ${provider.id} has no credential, and gateway "${gateway.id}" or the call itself wants one. ` +
      `Send one in ${provider.credentialHeaders[0]}, or ${wayOut}.`,
  );
}

/** A stored key is there, but on an open gateway anybody could spend it. */
export function needsAuthentication({ provider, gateway }: Call): GatewayError {
  return new GatewayError(
    'credential_required',
    `Gateway "${gateway.id}" has a stored key for ${provider.id}, which only authenticated calls may use. Turn the ` +
      "gateway's authentication on and send cf-aig-authorization, or send a credential of your own in " +
      `${provider.credentialHeaders[0]}.`,
  );
}
