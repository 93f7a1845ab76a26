/**
 * How numbers from 0 upwards are spread, in a few hundred bytes: quantiles are right within 1 %, and sketches of many
 * processes and minutes can be added up without losing that. It is a DDSketch (Masson, Rim, Lee: VLDB 2019) with a
 * relative accuracy of 0.01, in a form of its own that is short when stored.
 */
export class Sketch {
  /** How many values there are in each bin from the lowest known one on. */
  #counts: number[] = [];
  #lowest = 0;
  #count = 0;
  #sum = 0;

  /** The sketch that `toBytes` wrote. */
  static fromBytes(bytes: Uint8Array): Sketch {
    const sketch = new Sketch();
    sketch.addBytes(bytes);
    return sketch;
  }

  get count(): number {
    return this.#count;
  }

  /** Rounded to whole numbers. */
  get sum(): number {
    return this.#sum;
  }

  add(value: number): void {
    this.#addBin(binOf(value), 1);
    if (value >= 0) this.#sum += Math.round(Math.min(value, Number.MAX_SAFE_INTEGER));
  }

  addAll(other: Sketch): void {
    for (let index = 0; index < other.#counts.length; index++) {
      const count = other.#counts[index] ?? 0;
      if (count > 0) this.#addBin(other.#lowest + index, count);
    }
    this.#sum += other.#sum;
  }

  /** Adds what `toBytes` of another one wrote. */
  addBytes(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (bytes[0] !== VERSION) throw new Error(`A sketch of form ${bytes[0]} was written by another version of Sluice.`);
    const cursor = { bytes, at: 1 };
    this.#sum += readNumber(cursor);
    for (let bin = 0; cursor.at < bytes.length; ) {
      bin = Math.min(LAST_BIN, bin + readNumber(cursor));
      const count = readNumber(cursor);
      const index = bin - this.#lowest;
      const known = this.#counts[index];
      // Charts add up millions of bins, nearly all of which are there already.
      if (known === undefined) this.#addBin(bin, count);
      else {
        this.#counts[index] = known + count;
        this.#count += count;
      }
    }
  }

  /** The value that the share `q` of all values (0 to 1) is not above; null when there is none. */
  quantile(q: number): number | null {
    if (this.#count === 0) return null;
    const rank = q * (this.#count - 1);
    let seen = 0;
    let index = -1;
    while (seen <= rank && index < this.#counts.length - 1) seen += this.#counts[++index] ?? 0;
    return middleOf(this.#lowest + index);
  }

  /** Empty for an empty sketch. */
  toBytes(): Uint8Array<ArrayBuffer> {
    if (this.#count === 0) return new Uint8Array(0);
    const bytes = [VERSION];
    writeNumber(this.#sum, bytes);
    let last = 0;
    for (const [index, count] of this.#counts.entries()) {
      if (count === 0) continue;
      writeNumber(this.#lowest + index - last, bytes);
      writeNumber(count, bytes);
      last = this.#lowest + index;
    }
    return new Uint8Array(bytes);
  }

  #addBin(bin: number, count: number): void {
    if (this.#count === 0) this.#lowest = bin;
    if (bin < this.#lowest) {
      this.#counts = [...Array<number>(this.#lowest - bin).fill(0), ...this.#counts];
      this.#lowest = bin;
    }
    const index = bin - this.#lowest;
    while (this.#counts.length <= index) this.#counts.push(0);
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#count += count;
  }
}

const VERSION = 1;
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const BINS_PER_E = 1 / Math.log(GAMMA);
// About 2⁵³: what is larger is no time.
const LAST_BIN = 1838;

/** Bin 0 is for all below 1; bin n ends at γⁿ⁻¹. */
function binOf(value: number): number {
  if (!(value >= 1)) return 0;
  return Math.min(LAST_BIN, 1 + Math.ceil(Math.log(value) * BINS_PER_E));
}

/** The number that is at most 1 % away from all in the bin. */
function middleOf(bin: number): number {
  return bin === 0 ? 0 : (2 * GAMMA ** (bin - 1)) / (1 + GAMMA);
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Seven bits a byte, the lowest first, the eighth says that more follow. Sums may have more than 32 bits. */
function readNumber(cursor: Cursor): number {
  const first = cursor.bytes[cursor.at++] ?? BREAKS_OFF;
  return first < 128 ? first : readRest(cursor, first);
}

function readRest(cursor: Cursor, first: number): number {
  let value = first & 127;
  for (let [factor, byte] = [128, first]; byte >= 128; factor *= 128) {
    if (byte === BREAKS_OFF) throw new Error('A sketch breaks off.');
    byte = cursor.bytes[cursor.at++] ?? BREAKS_OFF;
    value += (byte & 127) * factor;
  }
  return value;
}

/** No byte. */
const BREAKS_OFF = 256;

function writeNumber(value: number, bytes: number[]): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
}
