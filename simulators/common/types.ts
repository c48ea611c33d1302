import type { FastifyRequest } from 'fastify';
import type { CallLog } from './calls';
import type { Clock } from './clock';
import type { Fault, FaultKind, Faults } from './faults';
import type { Ledger } from './ledger';

/** What each simulated system is given: the shared clock, and a call log, a ledger and faults of its own. */
export interface Common {
  clock: Clock;
  calls: CallLog;
  ledger: Ledger;
  faults: Faults;
}

/**
 * What is known of a request while it is under way. The gate sets `by` once it knows the caller; handlers may set `code`
 * (vendor error), `records`, `wrote` and `struck`, and correct `write`.
 */
export interface CallInfo {
  /** Its number in the ledger, and when it came. */
  seq: number;
  at: number;
  by: string;
  endpoint: string;
  write: boolean;
  /** Of a batch: whether a part of it writes (the call log counts the parts by themselves). */
  wrote?: boolean;
  /** How many records it sent. */
  records?: number;
  /** Which records it sent or asked for, as the ledger names them. */
  keys?: () => string[];
  /** It is answered with what has changed, and not with what is: the ledger says so. */
  changes?: true;
  code?: string;
  /** The fault that strikes it. */
  fault?: Fault;
  /** Of a batch: the kind of fault that struck a part. */
  struck?: FaultKind;
}

declare module 'fastify' {
  interface FastifyRequest {
    sim: CallInfo;
  }
}

export interface AppOptions {
  /** Endpoint template of a request; default `<METHOD> <route pattern>`. */
  endpoint?: (request: FastifyRequest) => string;
  /** Whether the call changes data; default every method but GET. */
  isWrite?: (request: FastifyRequest) => boolean;
  /** Which records a call sends or asks for, as the ledger names them; default none. */
  keys?: (request: FastifyRequest) => string[];
  /** Milliseconds to wait before the work is done, asked for each call. */
  latencyMs: (request: FastifyRequest) => number;
  /** The vendor's own answer for a fault of kind `status` or `error`; text, or an object to be sent as JSON. */
  errorReply: (fault: Fault, request: FastifyRequest) => { status: number; body: unknown; code?: string };
  /** Whether a fault strikes once the work is done, where kind and `commit` leave it open; default no. */
  commits?: (fault: Fault) => boolean;
  bodyLimit?: number;
}
