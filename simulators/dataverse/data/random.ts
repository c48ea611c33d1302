/** A small repeatable source of chance (a multiply-with-xorshift generator of 32 bits). */
export interface Random {
  /** 0 ≤ n < limit. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  guid(): string;
}

/** Creates the source; the same seed gives the same sequence. */
export function random(seed: number): Random {
  let state = (seed | 0) ^ 0x2545f491 || 1;
  const bits = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.imul(state, 0x9e3779b1) >>> 0;
  };
  const hex = (): string => bits().toString(16).padStart(8, '0');
  return {
    below: (limit) => Math.floor((bits() / 0x1_0000_0000) * limit),
    pick: (list) => list[Math.floor((bits() / 0x1_0000_0000) * list.length)]!,
    guid() {
      const a = hex();
      const b = hex();
      const c = hex();
      const d = hex();
      return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
    },
  };
}
