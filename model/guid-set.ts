/** Room at first; doubled as needed. */
const ROOM = 1_024;

/**
 * Many GUIDs in eight bytes each, outside the heap: a million ids as strings would take a worker's whole memory.
 * Two GUIDs that fold to the same eight bytes (one chance in 2^64 a pair) count as one.
 */
export class GuidSet {
  #values = new BigUint64Array(ROOM);
  #size = 0;
  #sorted = true;
  /** Ids that are no GUIDs: there are few, and none may stop the pass over a table. */
  readonly #others = new Set<string>();

  add(guid: string): void {
    const hex = hexOf(guid);
    if (hex === undefined) {
      this.#others.add(guid.toLowerCase());
      return;
    }
    if (this.#size === this.#values.length) {
      const larger = new BigUint64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#size] = fold(hex);
    this.#size += 1;
    this.#sorted = false;
  }

  has(guid: string): boolean {
    const hex = hexOf(guid);
    if (hex === undefined) return this.#others.has(guid.toLowerCase());
    if (!this.#sorted) {
      this.#values.subarray(0, this.#size).sort();
      this.#sorted = true;
    }
    const wanted = fold(hex);
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#values[middle] as bigint) < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.#size && this.#values[low] === wanted;
  }
}

const HEX = /^[0-9a-f]{32}$/;

/** Some systems write a GUID in braces. */
function hexOf(guid: string): string | undefined {
  const hex = guid.toLowerCase().replace(/[-{}]/g, '');
  return HEX.test(hex) ? hex : undefined;
}

/** Both halves: ids that a server numbers in sequence differ in one of them only. */
function fold(hex: string): bigint {
  return BigInt(`0x${hex.slice(0, 16)}`) ^ BigInt(`0x${hex.slice(16, 32)}`);
}
