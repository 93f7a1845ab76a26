import type { Gateway, Storage } from '@sluice/storage';
import { GATEWAY_ID, GATEWAY_ID_MAX } from './gateway-body.ts';
import { Refusal } from './refusal.ts';

/** The gateway of a path, or a refusal that says whether the name is impossible or only unknown. */
export async function requireGateway(settings: Storage['settings'], account: string, id: string): Promise<Gateway> {
  if (id.length > GATEWAY_ID_MAX || !GATEWAY_ID.test(id)) {
    const rule = 'lower-case letters, digits and "_", with single "-" between them';
    throw new Refusal(400, 7003, `Could not route to gateway "${id}": an id has 1 to ${GATEWAY_ID_MAX} ${rule}.`);
  }
  return found(await settings.get(account, id), account, id);
}

/** The gateway that was asked for, or the refusal when there is none. */
export function found(gateway: Gateway | undefined, account: string, id: string): Gateway {
  if (gateway !== undefined) return gateway;
  throw new Refusal(
    404,
    7002,
    `Account "${account}" has no gateway "${id}". GET /ai-gateway/gateways lists those it has.`,
  );
}
