import { type Fault, readFault } from './fault';
import { random } from './random';

export { FAULT_KINDS, type Fault, type FaultKind } from './fault';

/** The faults one simulated system is told to show. Seeded: the same faults strike the same sequence of calls alike. */
export interface Faults {
  /** Adds one; throws an Error that names what is wrong with it. */
  add(fault: Omit<Fault, 'id'>): string;
  /**
   * The fault that strikes this call, if any: the first in the list whose turn it is. Uses up one of its `times`.
   *
   * @param text address and body, asked for where a fault looks into them
   */
  take(endpoint: string, text: () => string): Fault | undefined;
  /** Those not used up, with the `after` and `times` they have left. */
  list(): readonly Fault[];
  /** Takes one back; false where there is none of this id. */
  remove(id: string): boolean;
  /** From here on probabilities are drawn anew from this seed (at start 1), of the faults in the list too. */
  seed(seed: number): void;
  clear(): void;
}

interface Armed {
  fault: Fault;
  /** Gives 0 ≤ x < 1; each fault has its own, so that adding one does not move the draws of another. */
  draw: () => number;
}

/** Creates an empty list of faults. */
export function createFaults(): Faults {
  let armed: Armed[] = [];
  let sequence = 0;
  let seed = 1;
  const drawOf = (fault: Fault, index: number) => random(fault.seed ?? seed * 7919 + index);
  return {
    add(sent) {
      const fault = { ...readFault(sent), id: `fault-${sequence + 1}` };
      sequence += 1;
      armed.push({ fault, draw: drawOf(fault, armed.length) });
      return fault.id;
    },
    take(endpoint, text) {
      const found = armed.find((candidate) => strikes(candidate, endpoint, text));
      if (found?.fault.times !== undefined) {
        found.fault.times -= 1;
        if (found.fault.times <= 0) armed = armed.filter((candidate) => candidate !== found);
      }
      return found?.fault;
    },
    list: () => armed.map(({ fault }) => fault),
    remove(id) {
      const before = armed.length;
      armed = armed.filter(({ fault }) => fault.id !== id);
      return armed.length < before;
    },
    seed(next) {
      if (!Number.isInteger(next)) throw new Error(`seed ${JSON.stringify(next)} must be a whole number`);
      seed = next;
      for (const [index, one] of armed.entries()) one.draw = drawOf(one.fault, index);
    },
    clear() {
      armed = [];
    },
  };
}

function strikes({ fault, draw }: Armed, endpoint: string, text: () => string): boolean {
  if (fault.endpoint !== undefined && !endpoint.includes(fault.endpoint)) return false;
  if (fault.contains !== undefined && !text().includes(fault.contains)) return false;
  if (fault.after !== undefined && fault.after > 0) {
    fault.after -= 1;
    return false;
  }
  return fault.probability === undefined || draw() < fault.probability;
}
