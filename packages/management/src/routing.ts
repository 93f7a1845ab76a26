/** What authentication leaves for the routes. */
export interface ManagementEnv {
  Variables: {
    /** Whom the management token speaks for. */
    account: string;
    /** That token, when the verifier says which. */
    tokenId: string | undefined;
  };
}
