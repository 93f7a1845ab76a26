/** What a repository refuses: the code is the contract, the message says the way out. */
export type StorageErrorCode =
  | 'already_exists'
  | 'changed_meanwhile'
  | 'unknown_account'
  | 'unknown_gateway'
  | 'invalid_token'
  | 'last_owner'
  | 'too_many_rows'
  | 'no_master_key'
  | 'invalid_master_key'
  | 'wrong_master_key';

/** A wish that the stored data contradicts. Failures of the database itself come as they are. */
export class StorageError extends Error {
  override readonly name: string = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
