/** A gateway that is running and reaches the stand-ins. */
export interface RunningGateway {
  /** The origin, without a trailing slash. */
  readonly url: string;
  /** Opens the management API. */
  readonly adminToken: string;
  stop(): Promise<void>;
}

/** Starts a gateway under this environment and resolves when it answers. */
export type StartGateway = (env: Readonly<Record<string, string>>) => Promise<RunningGateway>;
