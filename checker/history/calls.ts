import type { CallEntry } from '../entry';

/** Answers after which a caller can't know what was done: the vendor's own time-outs and gateway failures. */
const UNCLEAR_CODES = new Set(['502', '604', '713']);

/** Until then a vendor may still carry out what it did not answer, and the service does not look: a person's create or update (activities/writer.ts). */
const SILENCE_MS = 90_000;

/** Faults that make an answer longer than any may be. */
const LONG = new Set(['oversized', 'bomb']);

/** The service's calls of one system. */
export class Calls {
  private readonly bySeq = new Map<number, CallEntry>();
  private readonly reads: CallEntry[] = [];
  private readonly failures: CallEntry[] = [];
  private sorted = true;
  /** Was any answer longer than may be? */
  hadLong = false;

  add(call: CallEntry): void {
    this.bySeq.set(call.seq, call);
    if (LONG.has(call.fault ?? '')) this.hadLong = true;
    if (isFailure(call)) this.failures.push(call);
    else if (!call.write) this.reads.push(call);
    this.sorted = false;
  }

  /** When the service had the answer; a call that never ended ends never. */
  ended(seq: number | undefined): number {
    return seq === undefined ? Number.POSITIVE_INFINITY : (this.bySeq.get(seq)?.ended ?? Number.POSITIVE_INFINITY);
  }

  /** The answer, if there was one, told the service what had become of its call. */
  isClear(seq: number | undefined): boolean {
    const call = seq === undefined ? undefined : this.bySeq.get(seq);
    return call !== undefined && !isUnclear(call);
  }

  /**
   * Had the service read anything of this system that it asked for after `after` and knew before `before`?
   *
   * @param endpoint only there, and how its records are: a look at what has changed is made beside everything else
   */
  readBetween(after: number, before: number, endpoint?: string): boolean {
    this.sort();
    for (let at = firstAfter(this.reads, after); at < this.reads.length; at += 1) {
      const read = this.reads[at] as CallEntry;
      if (read.seq >= before) return false;
      if (read.ended < before && (endpoint === undefined || (read.endpoint === endpoint && !read.changes))) return true;
    }
    return false;
  }

  /** Did a call fail in between, so that something may have been done again? */
  failedBetween(after: number, before: number): boolean {
    return this.failures.some(({ seq, ended }) => ended > after && seq < before);
  }

  /** Calls that failed, or were not answered, that sent such a record or asked for it. */
  failedAbout(isIn: (key: string) => boolean): CallEntry[] {
    return this.failures.filter(({ keys }) => keys?.some((key) => isIn(key.toLowerCase())));
  }

  /** Writes of such a record alone that were answered with an error about what they held. */
  refusedAlone(isIn: (key: string) => boolean): CallEntry[] {
    return this.failedAbout(isIn).filter(
      (call) => call.write && call.records === 1 && !isUnclear(call) && !isOfTheCaller(call),
    );
  }

  /** Writes without an answer, sent before, into which the service could not have looked by then; `seq` of each. */
  openWrites(before: number): number[] {
    const open = this.failures.filter((call) => call.write && call.seq < before && isUnclear(call));
    return open.filter((call) => !this.reads.some((read) => isLookInto(read, call, before))).map(({ seq }) => seq);
  }

  /** Did any call succeed that was sent after and answered before? Asked for seldom. */
  succeededBetween(after: number, before: number): boolean {
    for (const call of this.bySeq.values())
      if (call.seq > after && call.ended < before && !isFailure(call)) return true;
    return false;
  }

  private sort(): void {
    if (this.sorted) return;
    this.reads.sort((a, b) => a.seq - b.seq);
    this.sorted = true;
  }
}

const isFailure = (call: CallEntry): boolean =>
  call.status === 0 || call.status >= 400 || call.code !== undefined || !leavesTheAnswer(call, DELAYS);

/** Its token, its rate, its quota or its rights: no record's matter (marketo-api §2.2). */
const isOfTheCaller = ({ status, code = '' }: CallEntry): boolean =>
  status === 401 || status === 403 || status === 429 || /^(60[0-8]|615)$/.test(code);

const isLookInto = (read: CallEntry, call: CallEntry, before: number): boolean =>
  !read.changes && read.ended < before && read.at >= call.at + SILENCE_MS;

const isUnclear = (call: CallEntry): boolean =>
  call.status === 0 || call.status >= 500 || !leavesTheAnswer(call, TOLD) || UNCLEAR_CODES.has(call.code ?? '');

/** Faults that only delay: who gave up meanwhile has a call that died, with status 0. */
const DELAYS: ReadonlySet<string> = new Set(['slow', 'slow-after']);
/** Faults after which the caller knows all the same what was done; of `skip` record by record. */
const TOLD: ReadonlySet<string> = new Set([...DELAYS, 'skip']);

const leavesTheAnswer = ({ fault }: CallEntry, faults: ReadonlySet<string>): boolean =>
  fault === undefined || faults.has(fault);

function firstAfter(calls: readonly CallEntry[], seq: number): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((calls[middle] as CallEntry).seq > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}
