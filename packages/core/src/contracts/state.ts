/** A typed place in a call's state. Plugins export keys, so no two strings can collide. */
export interface StateKey<T> {
  readonly name: string;
  /** Only for the compiler: keeps `T` from being forgotten. */
  readonly type?: T;
}

/** What plugins tell each other about one call. */
export interface CallState {
  get<T>(key: StateKey<T>): T | undefined;
  set<T>(key: StateKey<T>, value: T): void;
}

/** Makes a key. Two keys of the same name are two keys. */
export function stateKey<T>(name: string): StateKey<T> {
  return Object.freeze({ name });
}
