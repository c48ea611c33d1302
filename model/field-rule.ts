import type { ConflictPolicy } from './policy';

/** Which way a field travels. Two-way fields exist on persons only (native-sync §2.1). */
export type Direction = 'both' | 'to-marketo' | 'to-dynamics';

/** Rows created or changed since then (ISO date); `false`: none, only what changes from now on. */
export type BackfillRange = { modifiedSince?: string; createdSince?: string } | false;

/** One row of a field map: a Dataverse column beside a Marketo field, both by their API names. */
export interface FieldRule {
  /** Logical name of the column; a lookup without the `_…_value` dress. */
  dynamics: string;
  /** REST name. */
  marketo: string;
  direction: Direction;
  /** `true` means "do not contact": two different values without a base settle on `true`, whoever holds it. */
  consent?: true;
  /** Who wins where both sides changed it; default: the entity's rule, for consent the restrictive value. */
  conflict?: ConflictPolicy;
  /** The lookup's target: the value waits (and is left out) until that row is linked. */
  references?: string;
  /** A field of the person's company: never sent while the person is linked to one (marketo-api §4.4, 1021). */
  ofCompany?: true;
  /** The field is ours: preflight creates it with this type, where Marketo's API can. */
  create?: { dataType: string; displayName: string };
  /** The zone (IANA, as `Europe/Berlin`) whose days count where a User Local date-time becomes a date of Marketo's. */
  timeZone?: string;
  /** Of a field that is added later: which rows are brought over at once; absent: all. */
  backfill?: BackfillRange;
  /** The column or field need not exist: the row is then left out in silence (solution columns `mkt_*`). */
  optional?: true;
}

export const both = (dynamics: string, marketo: string, more: Partial<FieldRule> = {}): FieldRule => ({
  dynamics,
  marketo,
  direction: 'both',
  ...more,
});

export const toMarketo = (dynamics: string, marketo: string, more: Partial<FieldRule> = {}): FieldRule => ({
  dynamics,
  marketo,
  direction: 'to-marketo',
  ...more,
});

export const toDynamics = (dynamics: string, marketo: string, more: Partial<FieldRule> = {}): FieldRule => ({
  dynamics,
  marketo,
  direction: 'to-dynamics',
  ...more,
});

/** A field that preflight creates on persons, named `microsoft…` (native-sync §3.1). */
export const created = (dataType: string, displayName: string): Pick<FieldRule, 'create'> => ({
  create: { dataType, displayName },
});
