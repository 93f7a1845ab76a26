import { Circuit } from './circuit.ts';

const MOST = 10_000;

/** The targets that have failed of late. Those of which nothing bad is known take no room. */
export class Circuits {
  readonly #circuits = new Map<string, Circuit>();

  /** Nothing bad is known of anybody, so nobody's key need be made. */
  get isEmpty(): boolean {
    return this.#circuits.size === 0;
  }

  find(key: string): Circuit | undefined {
    return this.#circuits.get(key);
  }

  /** The circuit of a target that has just failed. When there are too many, the oldest is forgotten. */
  ensure(key: string): Circuit {
    const known = this.#circuits.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#circuits.keys();
    if (oldest !== undefined && this.#circuits.size >= MOST) this.#circuits.delete(oldest);
    const circuit = new Circuit();
    this.#circuits.set(key, circuit);
    return circuit;
  }

  /** The target is well. */
  forget(key: string): void {
    this.#circuits.delete(key);
  }
}
