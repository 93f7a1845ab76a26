import {
  type Call,
  type Counters,
  type CredentialSource,
  GatewayError,
  type Next,
  type Plugin,
  type Reply,
  type StoredCredential,
} from '@sluice/core';
import { authenticated } from '@sluice/plugin-auth';
import { chooseKeys, namesAlias } from './choice.ts';
import { hasCredential, sentServiceAccount } from './native-credential.ts';
import { ownCounters } from './own-counters.ts';
import { credentialRequired, needsAuthentication } from './refusals.ts';
import { createRotation } from './rotation.ts';
import { createSender } from './sender.ts';

export interface CredentialsOptions {
  /** Where stored keys come from. */
  readonly source: CredentialSource;
  /** Where the keys' own limits are counted; this process alone unless set. */
  readonly counters?: Pick<Counters, 'take'>;
  /** While the counters give no answer keys with a limit are used uncounted; false refuses such calls with 503. True unless set. */
  readonly failOpen?: boolean;
  /** Whether a call that is not authenticated may spend stored keys; none may unless set. */
  readonly allowOpen?: (call: Call) => boolean;
  /** Which slug an alias stands for: keys stored for `grok` serve calls to `xai`. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Asked for Google's access tokens in place of the address that a service account names. */
  readonly tokenUrl?: string;
}

/**
 * Puts a stored key (BYOK) into calls that bring no credential of their own. Keys that share an alias take turns; one that
 * the vendor refuses or limits rests, and another takes over before the client hears of it.
 */
export function credentials(options: CredentialsOptions): Plugin {
  const { source, counters = ownCounters(), failOpen = true, allowOpen, aliases = {}, tokenUrl } = options;
  return {
    name: 'credentials',
    stage: 'attempt',
    setup(host) {
      const send = createSender(host, tokenUrl);
      const rotate = createRotation({ send, counters, failOpen, host });

      return {
        handle(call, next) {
          if (!hasCredential(call)) return useStored(call, next);
          const account = sentServiceAccount(call);
          return account === undefined ? next() : send(call, next, { name: SENT_ACCOUNT, text: account });
        },
      };

      async function useStored(call: Call, next: Next): Promise<Reply> {
        const { provider, account, gateway } = call;
        // A provider whose calls carry no credential has no key to be stored.
        if (provider.credentialHeaders.length === 0) return next();
        const stored = await read(provider.id, () =>
          source.credentials(account, gateway.id, aliases[provider.id] ?? provider.id),
        );
        const isAllowed = call.state.get(authenticated) === true || allowOpen?.(call) === true;
        // Who may not use keys is not told their names either.
        if (!isAllowed && stored.length > 0 && namesAlias(call)) throw needsAuthentication(call);
        const keys = chooseKeys(call, stored);
        if (keys.length > 0) {
          if (!isAllowed) throw needsAuthentication(call);
          return rotate(call, next, keys);
        }
        if (needsKey(call)) throw credentialRequired(call, stored);
        return next();
      }
    },
  };
}

const SENT_ACCOUNT = 'The service account in the authorization header';

type StoredCredentials = readonly StoredCredential[];

async function read(
  provider: string,
  ask: () => StoredCredentials | Promise<StoredCredentials>,
): Promise<StoredCredentials> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    const message = `The keys stored for ${provider} can't be read. Try again in a moment, or send a key along.`;
    throw new GatewayError('unavailable', message, { cause });
  }
}

/** Workers AI is exempt on the hosted service, whose account pays for it. */
function needsKey({ gateway, options, provider }: Call): boolean {
  const isAsked = gateway.byokOnly === true || options.get('no-wholesale')?.trim().toLowerCase() === 'true';
  return isAsked && provider.id !== 'workers-ai';
}
