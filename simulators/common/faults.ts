export const FAULT_KINDS = [
  'status', // answer `status` (default 503) with the vendor's error body; nothing is done
  'error', // answer the vendor's error `code`/`message`; nothing is done
  'html', // answer an HTML page as a gateway does (`status`, default 502); nothing is done
  'cut', // the work is done; headers and half of the body, then the socket is destroyed
  'empty', // the work is done; the answer has no body
  'reset-before', // the socket is destroyed; nothing is done
  'reset-after', // the work is done; the socket is destroyed without an answer
  'slow', // waits `delayMs` (default 5000), then does the work
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  id: string;
  /** Substring of the endpoint template; left out = every endpoint. */
  endpoint?: string;
  /** 0..1, default 1. */
  probability?: number;
  /** How often it strikes before it is used up; left out = until cleared. */
  times?: number;
  kind: FaultKind;
  status?: number;
  code?: string;
  message?: string;
  retryAfterSeconds?: number;
  delayMs?: number;
}

/** The faults one simulated system is told to show. */
export interface Faults {
  /** Adds one; throws an Error that names what is wrong with it. */
  add(fault: Omit<Fault, 'id'>): string;
  /** The fault that strikes this call, if any; uses up one of its `times`. */
  take(endpoint: string): Fault | undefined;
  list(): readonly Fault[];
  clear(): void;
}

/** Creates an empty list of faults. */
export function createFaults(): Faults {
  let faults: Fault[] = [];
  let sequence = 0;
  return {
    add(fault) {
      if (!FAULT_KINDS.includes(fault?.kind)) {
        throw new Error(`fault kind ${JSON.stringify(fault?.kind)} is unknown; use one of ${FAULT_KINDS.join(', ')}`);
      }
      sequence += 1;
      const id = `fault-${sequence}`;
      faults.push({ ...fault, id });
      return id;
    },
    take(endpoint) {
      const fault = faults.find(
        (candidate) =>
          (candidate.endpoint === undefined || endpoint.includes(candidate.endpoint)) &&
          (candidate.probability === undefined || Math.random() < candidate.probability),
      );
      if (fault?.times !== undefined) {
        fault.times -= 1;
        if (fault.times <= 0) faults = faults.filter((candidate) => candidate !== fault);
      }
      return fault;
    },
    list: () => faults,
    clear() {
      faults = [];
    },
  };
}
