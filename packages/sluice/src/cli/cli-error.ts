/** A mistake that a person can mend: printed without a stack. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
}
