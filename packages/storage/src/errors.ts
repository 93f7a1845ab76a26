/** What a repository refuses: the code is the contract, the message says the way out. */
export type StorageErrorCode = 'already_exists' | 'unknown_account' | 'invalid_token';

/** A wish that the stored data contradicts. Failures of the database itself come as they are. */
export class StorageError extends Error {
  override readonly name: string = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
