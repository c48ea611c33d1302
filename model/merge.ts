import { type HeldVerdict, isReformat, isRemainder } from './alteration';
import { type BoundField, columnKey } from './bind';
import { asMarketoHasIt, type Converted, convertToDynamics, convertToMarketo } from './convert';
import { decideField, type OwnCopies, type PerSide, type Verdict } from './decide-field';
import type { FieldDecision } from './decision';
import type { BackfillHow } from './field-state';
import { baseOf, basesOf, type FieldMark, type Fingerprinter, isAlteredMark, type Marks, madeBy } from './fingerprint';
import { isEmpty, normalise, normaliseAs } from './normalise';
import type { Parked } from './park';
import type { ChangedAt, Side } from './policy';

export interface MergeInput {
  fields: readonly BoundField[];
  /** The row just read. */
  row: Record<string, unknown>;
  /**
   * The Marketo record just read; `null` when there is none yet; `undefined` when it was not read, because the
   * entity goes one way and what we last agreed on stands for it.
   */
  record: Record<string, unknown> | null | undefined;
  marks: Marks;
  fingerprinter: Fingerprinter;
  /** Native rule: Marketo wins on leads, Dynamics on everything else (native-sync §5.3). */
  winner: Side;
  /** When each side was changed last, for the policy `newest`; Marketo's by field where the feed told. */
  changedAt?: { dynamics?: number; marketo?: (field: string) => number | undefined };
  /**
   * What it means that Marketo holds another value than Dynamics sent: both normalised, the first is Dynamics', which was settled before.
   * @param standing it was found altered before, and Marketo holds the same
   */
  judgeHeld?: (bound: BoundField, sent: string | null, held: string | null, standing: boolean) => HeldVerdict;
  /** Our own copies in each side, by the field's key, of writes whose answer was lost. */
  own?: (key: number) => OwnCopies;
  /** Fields whose backfill is not over, by key. */
  backfilling?: ReadonlyMap<number, BackfillHow>;
  /**
   * This version of the row was settled in full before: what else it holds than was agreed on is no edit, but what a write of ours,
   * though answered, did not change.
   */
  rowIsOld?: boolean;
  /** A value to use in place of the row's own (a reference resolved by the caller), by Marketo field name. */
  resolved?: ReadonlyMap<string, Converted>;
  /** Fields that stay out of this merge altogether: company fields of a person that has a company. */
  excluded?: ReadonlySet<string>;
}

const conflictOf = ({ conflict }: Verdict) => (conflict ? { conflict } : {});

const agreed = (bound: BoundField, fingerprint: bigint): FieldDecision => ({
  bound,
  action: 'agreed',
  mark: { state: 'agreed', fingerprint },
});

/** One field of a pair, and what may become of it. An import makes thirty million of these: what is rarely needed is made when it is. */
class Field {
  readonly mark: FieldMark | undefined;
  readonly base: bigint | undefined;

  constructor(
    readonly bound: BoundField,
    private readonly input: MergeInput,
  ) {
    this.mark = input.marks.get(bound.key);
    this.base = baseOf(this.mark);
  }

  normal(value: unknown): string | null {
    return normalise(this.bound.kind, this.bound.field.dataType, value);
  }

  fingerprint(value: string | null): bigint {
    return this.input.fingerprinter.of(value);
  }

  /** Is this something else than the side held when both were settled, as the normaliser of that time has it? */
  hasMoved(side: Side, value: unknown, normal: string | null): boolean {
    const { kind, field } = this.bound;
    const by = this.mark?.by;
    return basesOf(this.mark)?.[side] !== this.fingerprint(by ? normaliseAs(by, kind, field.dataType, value) : normal);
  }

  /** Only a parked value needs these: fingerprints are what to watch (DESIGN §7). */
  raw(side: Side): bigint | undefined {
    const { row, record } = this.input;
    if (side === 'dynamics') return this.fingerprint(`raw:${row[columnKey(this.bound.column)] ?? ''}`);
    return record ? this.fingerprint(`raw:${record[this.bound.field.name] ?? ''}`) : undefined;
  }

  /** The value that was refused is still there. */
  isHeld(): boolean {
    const remembered = this.mark;
    if (remembered?.state === 'parked-dynamics')
      return remembered.fingerprint === this.raw('dynamics') && !this.input.resolved?.has(this.bound.field.name);
    return remembered?.state === 'parked-marketo' && remembered.fingerprint === this.raw('marketo');
  }

  parkedMark(side: Side): FieldMark {
    const state = side === 'dynamics' ? 'parked-dynamics' : 'parked-marketo';
    return {
      state,
      fingerprint: this.raw(side) ?? 0n,
      ...(this.base !== undefined && { base: this.base, ...madeBy(this.mark) }),
    };
  }

  /** Nothing is written, and what each side holds is remembered. The same in another spelling is not worth a line in a list. */
  altered(dynamics: string | null, marketo: string | null): FieldDecision {
    const { bound } = this;
    const isStanding = isAlteredMark(this.mark) && basesOf(this.mark)?.marketo === this.fingerprint(marketo);
    const isListed = !isReformat(dynamics, marketo);
    if (isStanding) return { bound, action: isListed ? 'held' : 'agreed' };
    const mark: FieldMark = {
      state: 'altered-by-marketo',
      fingerprint: this.fingerprint(dynamics),
      base: this.fingerprint(marketo),
    };
    if (!isListed) return { bound, action: 'agreed', mark };
    return { bound, action: 'parked', mark, parked: { field: bound.field.name, reason: 'altered-by-marketo' } };
  }

  /**
   * One way: what the record holds, though it was written, is what Marketo makes of it once it holds the same after a second write. Until then that is
   * remembered.
   */
  oneWay(here: unknown, dynamics: string | null, marketo: string | null, value: FieldDecision['value']): FieldDecision {
    const sent = this.fingerprint(dynamics);
    if (this.hasMoved('dynamics', here, dynamics)) return this.send('to-marketo', value, sent);
    const held = this.fingerprint(marketo);
    // Whoever edits it to the same again and again leaves nothing of it.
    const isLeft = isRemainder(this.bound.kind, dynamics, marketo) || isReformat(dynamics, marketo);
    if (this.mark?.base === held && isLeft) return this.altered(dynamics, marketo);
    const again = this.send('to-marketo', value, sent);
    return { ...again, mark: { state: 'agreed', fingerprint: sent, base: held } };
  }

  park(side: Side, reason: Parked['reason']): FieldDecision {
    const { bound } = this;
    return { bound, action: 'parked', mark: this.parkedMark(side), parked: { field: bound.field.name, reason } };
  }

  send(to: 'to-marketo' | 'to-dynamics', value: FieldDecision['value'], fingerprint: bigint): FieldDecision {
    return {
      bound: this.bound,
      action: to,
      value: value ?? null,
      mark: { state: 'agreed', fingerprint },
      refusedMark: () => this.parkedMark(to === 'to-marketo' ? 'dynamics' : 'marketo'),
    };
  }
}

function changedAtOf({ changedAt }: MergeInput, { field }: BoundField): ChangedAt {
  const [here, there] = [changedAt?.dynamics, changedAt?.marketo?.(field.name)];
  return { ...(here !== undefined && { dynamics: here }), ...(there !== undefined && { marketo: there }) };
}

function mergeField(input: MergeInput, bound: BoundField): FieldDecision {
  const { row, record, winner } = input;
  const field = new Field(bound, input);
  const { base } = field;
  const fingerprint = (value: string | null) => field.fingerprint(value);
  if (field.isHeld()) return { bound, action: 'held' };

  const forMarketo: Converted =
    bound.rule.direction === 'to-dynamics'
      ? { value: null }
      : (input.resolved?.get(bound.field.name) ?? convertToMarketo(bound, row));
  if ('park' in forMarketo) {
    // A reference that is not there yet is found again by its waiting list, not by its value: no mark to hold it.
    if (forMarketo.park === 'missing-reference') {
      return { bound, action: 'parked', parked: { field: bound.field.name, reason: forMarketo.park } };
    }
    // Marketo holds that very value already, however it got there.
    const own = field.normal(row[columnKey(bound.column)]);
    const same = record !== null && record !== undefined && own === field.normal(record[bound.field.name]);
    return same ? agreed(bound, fingerprint(own)) : field.park('dynamics', forMarketo.park);
  }

  const here = bound.rule.direction === 'to-dynamics' ? asMarketoHasIt(bound, row) : forMarketo.value;
  const dynamics = field.normal(here);

  // Nothing to take from a record that is not there or was not read.
  if (!record && bound.rule.direction === 'to-dynamics') return { bound, action: 'held' };
  if (!record) {
    const print = fingerprint(dynamics);
    const isNews = record === null ? !isEmpty(bound.kind, dynamics) : field.hasMoved('dynamics', here, dynamics);
    if (!isNews && record === undefined && isAlteredMark(field.mark)) return { bound, action: 'held' };
    return isNews ? field.send('to-marketo', forMarketo.value, print) : agreed(bound, print);
  }

  const there = record[bound.field.name];
  const marketo = field.normal(there);
  if (dynamics === marketo) return agreed(bound, fingerprint(dynamics));
  const isTwoWay = bound.rule.direction === 'both';
  const moved: PerSide | undefined =
    base === undefined || !isTwoWay
      ? undefined
      : { dynamics: field.hasMoved('dynamics', here, dynamics), marketo: field.hasMoved('marketo', there, marketo) };
  // They differ in what an older normaliser did not tell apart, and nobody has edited either.
  if (moved && !moved.dynamics && !moved.marketo && !isAlteredMark(field.mark)) return { bound, action: 'held' };
  const own = input.own?.(bound.key);
  const isOurs = (side: Side, value: string | null) => own?.[side]?.includes(fingerprint(value)) === true;
  const backfill = input.backfilling?.get(bound.key);
  const { judgeHeld } = input;
  const asked = judgeHeld &&
    field.mark?.state !== 'altered-by-dynamics' && {
      judgeHeld: (standing: boolean) => judgeHeld(bound, dynamics, marketo, standing),
    };
  const verdict = decideField(bound, dynamics, marketo, moved, winner, {
    changedAt: changedAtOf(input, bound),
    ...(own && { ours: { dynamics: isOurs('dynamics', dynamics), marketo: isOurs('marketo', marketo) } }),
    rowIsOld: input.rowIsOld === true && !backfill,
    ...(backfill && { backfill }),
    ...asked,
  });
  if (verdict.action === 'altered') return field.altered(dynamics, marketo);
  // Both stay as they are, and so does what the link remembers.
  if (verdict.action === 'ask') {
    return {
      bound,
      action: 'parked',
      parked: { field: bound.field.name, reason: 'in-conflict' },
      ...conflictOf(verdict),
    };
  }
  if (verdict.action === 'to-marketo') {
    if (bound.rule.direction === 'to-marketo') return field.oneWay(here, dynamics, marketo, forMarketo.value);
    return { ...field.send('to-marketo', forMarketo.value, fingerprint(dynamics)), ...conflictOf(verdict) };
  }
  const forDynamics = convertToDynamics(bound, there);
  if ('park' in forDynamics) return field.park('marketo', forDynamics.park);
  const taken = fingerprint(marketo);
  return { ...field.send('to-dynamics', forDynamics.value, taken), taken, ...conflictOf(verdict) };
}

/** Settles every field of one pair. The one merge for both directions: activities carry out what it decides. */
export function merge(input: MergeInput): FieldDecision[] {
  return input.fields
    .filter((bound) => !input.excluded?.has(bound.field.name))
    .map((bound) => mergeField(input, bound));
}
