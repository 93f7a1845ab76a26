import type { Role } from '@sluice/storage';
import type { Access } from './authorize.ts';

/** What authentication leaves for the routes. */
export interface ManagementEnv {
  Variables: {
    /** What the route asks of whoever calls it. */
    access: Access;
    /** Whom the management token speaks for. */
    account: string;
    /** What he may do there. */
    role: Role;
    /** That token, when the verifier says which. */
    tokenId: string | undefined;
  };
}
