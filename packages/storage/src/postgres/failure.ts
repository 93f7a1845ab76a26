import postgres from 'postgres';

/** What the server or the way to it refused. It carries no values, neither in its message nor anywhere else. */
export class PostgresFailure extends Error {
  override readonly name: string = 'PostgresFailure';
  /** The server's five signs, or the operating system's name for it. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** Whether the server said so and goes on: the connection can be used again. */
export function isAnswer(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === 'ERROR';
}

/** The client's errors carry the statement's parameters and the server's may quote them, so what goes out is made anew. */
export function withoutValues(error: unknown): PostgresFailure {
  if (error instanceof PostgresFailure) return error;
  if (error instanceof postgres.PostgresError) return fromServer(error);
  if (!(error instanceof Error)) return new PostgresFailure('PostgreSQL cannot be reached.');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return new PostgresFailure(`PostgreSQL cannot be reached: ${REASONS[code ?? ''] ?? error.message}`, code);
}

const REASONS: Readonly<Record<string, string>> = {
  CONNECT_TIMEOUT: 'it does not answer.',
  CONNECTION_CLOSED: 'it closed the connection.',
  CONNECTION_DESTROYED: 'the connection was given up.',
};

/**
 * Classes whose messages name tables, constraints, users and the like. Those about data (22) quote the value, and what a
 * trigger raises (P0) says anything.
 */
const SPEAKS_OF_NO_VALUE = /^(08|23|25|28|3D|40|42|53|55|57|58)/;

function fromServer({ code, message }: { readonly code: string; readonly message: string }): PostgresFailure {
  const reason = SPEAKS_OF_NO_VALUE.test(code) ? `: ${message}` : '';
  return new PostgresFailure(`PostgreSQL refused${reason} (${code})`, code);
}
