import { type Gateway, type Storage, StorageError } from '@sluice/storage';
import { ConfigError } from './config/config-error.ts';
import type { SluiceConfig } from './config/read-config.ts';
import { isLoopback } from './loopback.ts';

/** What was found or made when the storage was opened. */
export interface Premises {
  /** The gateway `default` of the account. */
  readonly gateway: Gateway;
  /** The management token that was made just now: nobody can read it again. */
  readonly newToken: string | undefined;
}

const GATEWAY = 'default';

/** Brings the tables up to date and makes account, gateway and token where they are missing. What is there stays as it is. */
export async function prepareStorage(config: SluiceConfig, storage: Storage): Promise<Premises> {
  const { account, adminToken } = config;
  await storage.migrate();
  await storage.accounts.ensure(account);
  // Whoever reaches an open gateway can use it, which only this machine may.
  storage.settings.setAutomaticAuthentication(!isLoopback(config.host));
  const known = await storage.settings.get(account, GATEWAY);
  const gateway = known ?? (await createDefault(config, storage));
  if (adminToken !== undefined) {
    await registerAdminToken(account, adminToken, storage);
    return { gateway, newToken: undefined };
  }
  const needsToken = known === undefined || (await storage.tokens.count()) === 0;
  return { gateway, newToken: needsToken ? await createToken(account, storage) : undefined };
}

async function createDefault({ account }: SluiceConfig, { settings }: Storage): Promise<Gateway> {
  try {
    return await settings.create({ account, id: GATEWAY, isDefault: true, authentication: null });
  } catch (cause) {
    const made = cause instanceof StorageError && cause.code === 'already_exists';
    const other = made ? await settings.get(account, GATEWAY) : undefined;
    if (other === undefined) throw cause;
    // Another process started at the same moment.
    return other;
  }
}

/** The variable is the one place of this token: whoever changes it means the older one to work no more. */
async function registerAdminToken(account: string, token: string, { tokens }: Storage): Promise<void> {
  try {
    await tokens.replace({ account, name: 'SLUICE_ADMIN_TOKEN', token });
  } catch (cause) {
    if (!(cause instanceof StorageError) || cause.code !== 'already_exists') throw cause;
    throw new ConfigError([
      'SLUICE_ADMIN_TOKEN is the token of another account in this database, and a token speaks for one account. ' +
        `Choose another token for the account "${account}", or set SLUICE_ACCOUNT_ID to the account that has it.`,
    ]);
  }
}

async function createToken(account: string, { tokens }: Storage): Promise<string> {
  const { token } = await tokens.create({ account, name: 'made at the first start' });
  return token;
}
