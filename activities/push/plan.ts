import type { CreateOutcome } from '../../clients/dynamics/types';
import { type Link, linkId } from '../../clients/mongo/links';
import type { BoundField } from '../../model/bind';
import { type FieldDecision, forDynamics } from '../../model/decision';
import { FILTER_COLUMN } from '../../model/entities';
import type { FieldMark, Marks } from '../../model/fingerprint';
import { normalise } from '../../model/normalise';
import type { Parked } from '../../model/park';
import type { Deps } from '../deps';
import { mergePair } from '../persons/pair';
import { newLink } from '../rows';
import type { BoundEntity } from '../schema';
import type { DynamicsTask } from '../to-dynamics';
import type { Situation } from './situation';

/** A row that is to be made, and what came of it. */
export interface Made extends Situation, DynamicsTask<CreateOutcome> {
  linkId: string;
  decisions: FieldDecision[];
  link?: Link;
  /** Why nothing was made. */
  parked?: Parked;
}

/**
 * What the row gets: the merge of the person with a row that both sides know to be empty. So whatever the person holds counts as an edit, also
 * where it does not fit and is parked. A contact belongs to no account (native-sync §2.4).
 */
export function planRow(deps: Deps, bound: BoundEntity, situation: Situation): Made {
  const { guid, wish, record = null } = situation;
  const id = linkId(wish.as, guid);
  const link = { ...newLink(id, deps.store.links.epoch), marks: emptyMarks(deps, bound.fields) };
  const candidate = { id: guid, linkId: id, row: {}, version: 0, link };
  const decisions = mergePair(deps, bound, candidate, record, { values: new Map(), missing: [], hoping: [] });
  // Said outright: an organisation may have No for its default, and the row would be frozen at birth.
  const filter = bound.select.includes(FILTER_COLUMN) ? { [FILTER_COLUMN]: true } : {};
  return {
    ...situation,
    linkId: id,
    decisions,
    values: { ...insteadOfDefaults(decisions), ...forDynamics(decisions), ...filter },
    refused: new Map(),
  };
}

const emptyMarks = ({ store: { fingerprinter } }: Deps, fields: readonly BoundField[]): Marks =>
  new Map(
    fields.map(({ key, kind, field }): [number, FieldMark] => [
      key,
      { state: 'agreed', fingerprint: fingerprinter.of(normalise(kind, field.dataType, null)) },
    ]),
  );

/**
 * A column that Dynamics fills by itself in a new row is sent though the person holds nothing there: left out, its default would come
 * back as if somebody had chosen it.
 */
const insteadOfDefaults = (decisions: readonly FieldDecision[]): Record<string, false | null> =>
  Object.fromEntries(
    decisions.flatMap(({ bound: { rule, kind, column } }) =>
      column.default === undefined || rule.direction === 'to-marketo'
        ? []
        : [[column.logicalName, kind === 'boolean' ? false : null]],
    ),
  );
