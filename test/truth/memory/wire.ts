import type { CallEntry } from '../../../checker';
import { ApiError } from '../../../clients/errors';
import type { Health } from '../../../clients/health';
import type { Fault, Step, System } from '../step';
import type { Actor, Ledger } from './ledger';
import { clock } from './time';

/** `by` of the service in both ledgers. */
export const SERVICE = 'api:service';
/** A call that timed out is committed so much later at most (activities/writer.ts waits longer). */
const LATE_MS = 40_000;

/** Turns of the event loop's queue that a lost answer is waited for. */
const PATIENCE = 40;

type Ordered = Omit<Extract<Step, { do: 'fault' }>, 'do'>;

/** What the ledger says of a read beside its number. */
export type Told = Partial<Pick<CallEntry, 'changes' | 'endpoint' | 'keys'>>;

/**
 * Writes with such a record in them fail, each time: of Dynamics the record alone where others are with it.
 * - `rejected`  the whole call is answered with an error about its contents; Dynamics does so to reads alone
 * - `skipped`   Marketo skips the record and takes the others
 */
export interface Poison {
  system: System;
  isIn(record: Record<string, unknown>): boolean;
  fault: Fault | 'rejected' | 'skipped';
  /** Reads that ask for it fail as well. */
  reads?: boolean;
  /** Epoch ms; absent: until it is taken away. */
  until?: number;
}

/** Every call fails. */
interface Outage {
  system: System;
  fault: Fault;
  /** Epoch ms. */
  until: number;
}

/** The code of what Marketo rejects or skips. */
const POISON_CODE = '1003';

const isOver = ({ until = Number.POSITIVE_INFINITY }: Pick<Poison, 'until'>): boolean => clock.now() >= until;

/** Called ahead of each call of a process, and ahead of its answer: it may throw, or answer with what the process has to wait for. */
export type Before = (operation: string, write: boolean) => Promise<void> | undefined;

export interface Line {
  /**
   * One call of the service's.
   *
   * @param work what the system does; it is told who did it
   * @param more what else the ledger says of it
   */
  call<T>(
    system: System,
    operation: string,
    write: boolean,
    work: (actor: Actor) => T,
    more?: Told,
    records?: readonly Record<string, unknown>[],
  ): Promise<T>;
  /** Marketo's code against such a record, in a call that it carries out for the others. */
  skips(record: Record<string, unknown>): string | undefined;
}

/** What lies between the service and both systems: each call can be struck, and others may come in between. */
export class Wire {
  #faults: Ordered[] = [];
  #late: { at: number; work: () => void }[] = [];
  readonly poisons: Poison[] = [];
  readonly outages: Outage[] = [];
  /** What befalls calls by a rule of the test's. */
  rule: (call: { system: System; operation: string; write: boolean; records: number }) => Fault | undefined = () =>
    undefined;
  /** Is told of each call. */
  heard: (call: { system: System; operation: string; at: number; records: number; fault?: Fault }) => void = () =>
    undefined;
  #race: { calls: number; edits: () => Promise<void> } | undefined;
  constructor(readonly ledger: Ledger) {}

  strike(fault: Ordered): void {
    this.#faults.push({ ...fault });
  }

  noFaults(): void {
    this.#faults = [];
    this.poisons.length = 0;
    this.outages.length = 0;
  }

  /** Whether the system fails at this record by itself, in a call that it answers. */
  failsAt(system: System, record: Record<string, unknown>): boolean {
    return this.#poisonOf(system, [record])?.fault === 'refused';
  }

  /** Calls that timed out and may still be carried out: nothing that could be written down. */
  get open(): number {
    return this.#late.length;
  }

  /** What others do when so many calls have gone by from now. */
  interrupt(calls: number, edits: () => Promise<void>): void {
    this.#race = { calls, edits };
  }

  /** Those that were to come in between and did not, because there were fewer calls. */
  async catchUp(): Promise<void> {
    const race = this.#race;
    this.#race = undefined;
    await race?.edits();
  }

  /** Lets time pass; what timed out is committed when its time comes. */
  pass(ms: number): void {
    const until = clock.now() + ms;
    const due = this.#late.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    this.#late = this.#late.filter((one) => !due.includes(one));
    for (const { at, work } of due) {
      clock.pass(at - clock.now());
      try {
        work();
      } catch (error) {
        // The system refuses it by now, and nobody hears of it.
        if (!(error instanceof ApiError)) throw error;
      }
    }
    clock.pass(until - clock.now());
  }

  /**
   * As one process has it: each call comes after `before`, and so does what is done about its answer.
   *
   * @param health what that process knows of both systems
   */
  lineOf(before: Before, health: Health): Line {
    return {
      call: (...given) => this.#call(before, health, ...given),
      skips: (record) =>
        this.poisons.some(({ fault, isIn }) => fault === 'skipped' && isIn(record)) ? POISON_CODE : undefined,
    };
  }

  async #call<T>(
    before: Before,
    health: Health,
    system: System,
    operation: string,
    write: boolean,
    work: (actor: Actor) => T,
    { keys, ...more }: Told = {},
    records: readonly Record<string, unknown>[] = [],
  ): Promise<T> {
    const waits = before(`${system}.${operation}`, write);
    if (waits) await waits;
    health.admit(system, operation);
    await this.#othersFirst();
    this.pass(1);
    const call = { seq: this.ledger.next(), at: clock.now(), by: SERVICE, write, ...more };
    const actor = { by: SERVICE, call: call.seq };
    const about = keys ? { keys } : {};
    const told = { system, operation, records: records.length };
    const poison = this.#poisonIn(system, write, records);
    const fault =
      this.#faultOf(system, write) ??
      this.rule({ ...told, write }) ??
      this.#outageOf(system) ??
      (poison === 'rejected' ? undefined : poison);
    this.heard({ ...told, at: clock.now(), ...(fault && { fault }) });
    if (fault === 'late' && write) this.#late.push({ at: clock.now() + LATE_MS, work: () => void work(actor) });
    if (poison === 'rejected' && fault === undefined) {
      this.ledger.call(system, { ...call, status: 400, code: POISON_CODE, records: records.length, ...about });
      health.answered(system, operation, false);
      throw new ApiError({ api: system, operation, kind: 'refused', code: POISON_CODE });
    }
    if (fault === undefined || fault === 'lost') {
      const answer = work(actor);
      // Its answer arrives in a process that may be dead by now.
      await Promise.resolve();
      this.ledger.call(system, { ...call, status: fault ? 0 : 200, ...(fault && { fault, ...about }) });
      const heard = before(`${system}.${operation} answered`, write);
      if (heard) await heard;
      if (fault === undefined) {
        health.answered(system, operation, !write);
        return answer;
      }
    } else {
      // What is waited for in vain takes longer than what is answered meanwhile.
      if (fault !== 'refused') for (let turn = 0; turn < PATIENCE; turn += 1) await Promise.resolve();
      this.ledger.call(system, { ...call, status: fault === 'refused' ? 503 : 0, fault, ...about });
    }
    if (!write || records.length !== 1) health.failed(system, operation);
    const kind = fault === 'refused' || !write ? 'transient' : 'ambiguous';
    throw new ApiError({ api: system, operation, kind, ...(fault === 'refused' && { status: 503 }) });
  }

  /** Dynamics answers for each row of a batch, as long as it answers (dataverse-api §5.5). */
  #poisonIn(
    system: System,
    write: boolean,
    records: readonly Record<string, unknown>[],
  ): Fault | 'rejected' | undefined {
    const found = this.#poisonOf(system, records);
    if (!found || found.fault === 'skipped') return undefined;
    if (!write) return found.reads ? found.fault : undefined;
    return system === 'dynamics' && (found.fault === 'refused' || found.fault === 'rejected') ? undefined : found.fault;
  }

  #poisonOf(system: System, records: readonly Record<string, unknown>[]): Poison | undefined {
    return this.poisons.find(
      (one) => one.system === system && !isOver(one) && records.some((record) => one.isIn(record)),
    );
  }

  #outageOf(system: System): Fault | undefined {
    return this.outages.find((one) => one.system === system && !isOver(one))?.fault;
  }

  async #othersFirst(): Promise<void> {
    if (!this.#race) return;
    if (this.#race.calls === 0) await this.catchUp();
    else this.#race.calls -= 1;
  }

  #faultOf(system: System, write: boolean): Fault | undefined {
    const found = this.#faults.find((fault) => fault.system === system && (write || !fault.writes));
    if (!found) return undefined;
    if (found.after > 0) {
      found.after -= 1;
      return undefined;
    }
    found.times -= 1;
    if (found.times <= 0) this.#faults = this.#faults.filter((fault) => fault !== found);
    return found.fault;
  }
}
