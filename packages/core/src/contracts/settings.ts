import type { MaybePromise } from './call.ts';

/** One gateway as an operator set it up. Field names follow the management API in camel case. */
export interface GatewaySettings {
  readonly account: string;
  readonly id: string;
  /** Calls need a gateway token. */
  readonly authentication: boolean;
  /** Calls leave a row in the log unless they say otherwise. */
  readonly collectLogs: boolean;
}

/** Where the engine learns which gateways exist. It is asked on every call, so it answers from memory. */
export interface SettingsSource {
  gateway(account: string, id: string): MaybePromise<GatewaySettings | undefined>;
}
