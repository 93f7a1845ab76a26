import { GatewayError } from '@sluice/core';

/** Runs a task after so many milliseconds, unless the returned function is called first. */
export type Timer = (task: () => void, ms: number) => () => void;

/** The platform's own. */
export const platformTimer: Timer = (task, ms) => {
  const id = setTimeout(task, ms);
  return () => clearTimeout(id);
};

/** Waits, and rejects at once when the client leaves meanwhile. */
export function pause(ms: number, signal: AbortSignal, timer: Timer): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      stop();
      reject(clientLeft());
    };
    const stop = timer(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal.addEventListener('abort', leave, { once: true });
  });
}

/** Nobody waits for another try. */
export function clientLeft(): GatewayError {
  return new GatewayError('client_closed', 'The client closed the connection before the next try.');
}
