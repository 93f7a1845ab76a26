import type { Change } from './audit-changes.ts';
import type { Access } from './authorize.ts';
import type { Caller } from './caller.ts';

/** What authentication leaves for the routes. */
export interface ManagementEnv {
  Variables: {
    /** What the route asks of whoever calls it. */
    access: Access;
    /** Whose gateways and tokens these are. */
    account: string;
    /** Who calls. Routes for `anyone` have nobody here. */
    caller: Caller;
    /** What the route did, for the audit log: see `changed`. */
    changes: Change[];
  };
}
