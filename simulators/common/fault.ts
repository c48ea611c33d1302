import { refuseUnknown } from './refuse-unknown';

export const FAULT_KINDS = [
  'status', // answers `status` (default 503) with the vendor's error body
  'error', // answers the vendor's error `code`/`message`
  'html', // answers an HTML page as a gateway does (`status`, default 502)
  'hang', // never answers; ends when the caller gives up
  'cut', // the work is done; headers and half of the body, then the socket is destroyed
  'empty', // the work is done; the answer has no body
  'reset-before', // the socket is destroyed; nothing is done
  'reset-after', // the work is done; the socket is destroyed without an answer
  'slow', // waits `delayMs` (default 5000), then does the work
  'skip', // Marketo only: some `records` of a write are refused with `code`, the others carried out
  'oversized', // the work is done; blanks follow the answer, `megabytes` (default 16) of them
  'bomb', // the same, packed as gzip: 64 megabytes of blanks by default
  'deep', // the work is done; something is in the answer that is nested 100 deep
  'proto', // the work is done; the answer, or its first row, has a key __proto__
  'slow-after', // does the work, then waits `delayMs` (default 5000)
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** Kinds that spoil the true answer. */
export const HOSTILE: readonly FaultKind[] = ['oversized', 'bomb', 'deep', 'proto'];

/** Kinds that do nothing, unless `commit` says that they strike once the work is done. */
export const UNCOMMITTED: readonly FaultKind[] = ['status', 'error', 'html', 'hang'];

export interface Fault {
  id: string;
  kind: FaultKind;
  /** Substring of the endpoint template, in a $batch also of a part's; left out = every endpoint. */
  endpoint?: string;
  /** Strikes only calls, and parts of a $batch, whose body or address has this text in it: those about one record. */
  contains?: string;
  /** 0..1, default 1; drawn from the seed, so that the same calls are struck in the same order again. */
  probability?: number;
  /** Draws of this fault alone; left out = from the list's seed. */
  seed?: number;
  /** Calls of the endpoint that it lets pass first. */
  after?: number;
  /** How often it strikes before it is used up; left out = until cleared. */
  times?: number;
  /** Of kinds status, error, html and hang: the work is done nevertheless. */
  commit?: boolean;
  status?: number;
  code?: string;
  message?: string;
  retryAfterSeconds?: number;
  /** The header as it is, however odd; goes before `retryAfterSeconds`. */
  retryAfter?: string;
  delayMs?: number;
  /** Of kinds oversized and bomb. */
  megabytes?: number;
  /** Of the hostile kinds: spoils only answers in which this text occurs, as that of one long row does. */
  holds?: string;
  /** Of kind skip: how many records of the call, from the first on; default 1. */
  records?: number;
}

/** What `Retry-After` says, if anything. */
export const retryAfterOf = ({ retryAfter, retryAfterSeconds }: Pick<Fault, 'retryAfter' | 'retryAfterSeconds'>) =>
  retryAfter ?? (retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds));

const whole = (least: number) => (value: unknown) => Number.isInteger(value) && (value as number) >= least;
const text = (value: unknown) => typeof value === 'string';
const positive = (value: unknown) => typeof value === 'number' && value >= 0;

/** Each field with what it must be. */
const FIELDS: Readonly<Record<Exclude<keyof Fault, 'id'>, [fits: (value: unknown) => boolean, must: string]>> = {
  kind: [(value) => FAULT_KINDS.includes(value as FaultKind), `one of ${FAULT_KINDS.join(', ')}`],
  endpoint: [text, 'a part of an endpoint template, as GET /_sim/<system>/calls shows them'],
  contains: [text, 'a text of the call'],
  probability: [(value) => positive(value) && (value as number) <= 1, 'a number from 0 to 1'],
  seed: [Number.isInteger, 'a whole number'],
  after: [whole(0), 'a whole number of calls'],
  times: [whole(1), 'a whole number, 1 or more'],
  commit: [(value) => typeof value === 'boolean', 'true or false'],
  status: [(value) => whole(200)(value) && (value as number) < 600, 'an HTTP status from 200 to 599'],
  code: [text, "the vendor's code, as text"],
  message: [text, 'text'],
  retryAfterSeconds: [positive, 'a number of seconds'],
  retryAfter: [(value) => text(value) && /^[\x20-\x7e]*$/.test(value as string), 'a header’s text'],
  delayMs: [positive, 'a number of milliseconds'],
  megabytes: [whole(1), 'a whole number, 1 or more'],
  holds: [text, 'a text of the answer'],
  records: [whole(1), 'a whole number, 1 or more'],
};

/** Checks a fault as it was sent; throws an Error that names what is wrong with it, and what is known. */
export function readFault(sent: unknown): Omit<Fault, 'id'> {
  refuseUnknown(sent, Object.keys(FIELDS), 'field of a fault');
  const fault = sent as Omit<Fault, 'id'>;
  for (const [name, [fits, must]] of Object.entries(FIELDS)) {
    const value = fault[name as keyof typeof fault];
    if (value === undefined && name !== 'kind') continue;
    if (!fits(value)) throw new Error(`${name} ${JSON.stringify(value)} of the fault must be ${must}`);
  }
  if (fault.commit && !UNCOMMITTED.includes(fault.kind)) {
    throw new Error(`commit goes with the kinds ${UNCOMMITTED.join(', ')}; ${fault.kind} says by itself what is done`);
  }
  if (fault.holds !== undefined && !HOSTILE.includes(fault.kind)) {
    throw new Error(`holds goes with the kinds ${HOSTILE.join(', ')}`);
  }
  return fault;
}
