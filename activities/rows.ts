import { guid as requireGuid, versionIn } from '../clients/dynamics/checks';
import type { DynamicsRow } from '../clients/dynamics/types';
import type { InboxItem } from '../clients/mongo/inbox';
import { type Link, type LinkState, linkId } from '../clients/mongo/links';
import { isWrittenBy } from '../model/echo';
import type { BackfillHow } from '../model/field-state';
import { noneParked, withoutParked } from '../model/fingerprint';
import type { Deps } from './deps';
import { joined } from './joined';
import type { BoundEntity } from './schema';
import { believe, doubtful } from './told-wrongly';

/** `import` and `live` skip what is applied already; `resync` reads both sides of every row. */
export type ApplyMode = 'import' | 'live' | 'resync';

/** The entity with these fields only, by Marketo name; what is settled of a row is then not all of it. */
export const withFields = (bound: BoundEntity, fields: readonly string[]): BoundEntity => {
  const wanted = new Set(fields.map((field) => field.toLowerCase()));
  return { ...bound, fields: bound.fields.filter(({ field }) => wanted.has(field.name.toLowerCase())), partial: true };
};

export interface Candidate {
  /** GUID, lower case. */
  id: string;
  linkId: string;
  row: DynamicsRow;
  version: number;
  link: Link | undefined;
  /** Our own user changed it last, and its edits are no changes. */
  silent?: true;
  /** Only some of its fields are settled: its version is not applied by that. */
  partial?: true;
  /** To be settled again, at a version that was settled in full: see MergeInput.rowIsOld. */
  old?: true;
  /** How its person was found, where there was no link. */
  how?: string;
  /** By key: fields that came to the map, or were lost, after the pair had agreed on others (model/field-state.ts). */
  backfilling?: ReadonlyMap<number, BackfillHow>;
}

export interface Loaded {
  candidates: Candidate[];
  /** Confirmed by a read: not in Dynamics any more. */
  gone: Link[];
  /** Not read: each alone is over the bound of an answer. To be parked (activities/too-large.ts). */
  tooLarge: Link[];
}

/** 0: it says none. */
export const versionOf = (row: DynamicsRow): number => versionIn(row.versionnumber) ?? 0;

/** A row that was read before a column came to the map would make the field empty. */
export const isWhole = ({ select }: BoundEntity, row: DynamicsRow): boolean => select.every((key) => key in row);

/** A row's id, as text: one that is none is found out where the row is worked on, whatever stands in its place. */
export function idOf(row: DynamicsRow, key: string): string {
  const id = row[key];
  return typeof id === 'object' ? JSON.stringify(id) : String(id);
}

/** What an inbox holds of a row of a feed; of one that lacks columns its id, to be read by. */
export const hintOf = (bound: BoundEntity, row: DynamicsRow): InboxItem => ({
  id: idOf(row, bound.primaryId),
  ...(isWhole(bound, row) && { row }),
});

/** The columns that no row can be too large for: ids, versions and times. */
export const lightSelect = ({ select, entity: { join } }: BoundEntity): string[] =>
  select.filter((key) => LIGHT.test(key) || key === join?.by);
const LIGHT = /^(_\w+_value|\w+id|versionnumber|modifiedon|createdon)$/;

/** Of a new field, pairs that have had it since are like any other; a pair that is linked only now has no part in it. */
function backfillingOf({ backfilling }: BoundEntity, link: Link | undefined): Pick<Candidate, 'backfilling'> {
  if (!link || link.marks.size === 0 || backfilling.size === 0) return {};
  return { backfilling: new Map([...backfilling].filter(([key, how]) => how !== 'dynamics' || !link.marks.has(key))) };
}

/**
 * The rows to work on. A hint without a row is read by id; so is a row that is older than one that a merge has used
 * already (DESIGN §5, two versions a link), that was deleted since it was read perhaps, or that lacks a column; so is a deletion, since the
 * row may have been restored.
 */
export async function loadRows(
  deps: Deps,
  bound: BoundEntity,
  items: readonly InboxItem[],
  mode: ApplyMode = 'live',
): Promise<Loaded> {
  const name = bound.entity.name;
  const newest = new Map<string, InboxItem>();
  for (const item of items) {
    const id = requireGuid('rows.load', item.id);
    const other = newest.get(id);
    if (!other?.row || (item.row && versionOf(item.row) >= versionOf(other.row))) newest.set(id, { ...item, id });
  }
  const links = await deps.store.links.get([...newest.keys()].map((id) => linkId(name, id)));
  for (const link of links.values()) if (isAside(link)) link.marks = noneParked(link.marks);
  const backfilling = new Map([...links].map(([id, link]) => [id, backfillingOf(bound, link)]));
  if (mode === 'resync') {
    const keys = new Set(bound.fields.map(({ key }) => key));
    for (const link of links.values()) link.marks = withoutParked(link.marks, keys);
  }

  const rows = new Map<string, DynamicsRow>();
  const toRead: string[] = [];
  const tooLarge = new Set<string>();
  for (const { id, row } of newest.values()) {
    const { seenVersion = 0, state } = links.get(linkId(name, id)) ?? {};
    const isNews = row !== undefined && versionOf(row) >= seenVersion && state !== 'deleted';
    if (isNews && isWhole(bound, row)) rows.set(id, row);
    else toRead.push(id);
  }
  const readAll = async (ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    const onTooLarge = (id: string) => tooLarge.add(id.toLowerCase());
    const read = await deps.dynamics.readByIds(bound.set, bound.primaryId, ids, bound.select, onTooLarge);
    // One that says another id than it was asked for by is not taken for gone.
    for (const row of await joined(deps, bound, read, onTooLarge))
      rows.set(requireGuid('rows.load', idOf(row, bound.primaryId)), row);
  };
  await readAll(toRead);
  const told = (ids: readonly string[]) =>
    ids.flatMap((id) => {
      const row = rows.get(id);
      return row ? [{ id, row, link: links.get(linkId(name, id)) }] : [];
    });
  const inDoubt = told([...rows.keys()]).flatMap((one) => (doubtful(deps, bound, one).length > 0 ? [one.id] : []));
  // As a page told them, the column may have been hidden then, and not be hidden any more.
  const ofPages = inDoubt.filter((id) => !toRead.includes(id));
  for (const id of ofPages) rows.delete(id);
  await readAll(ofPages);
  await believe(deps, bound, told(inDoubt));

  const user = await deps.schema.silentUser();
  const candidates = [...rows].map(([id, row]) => {
    const link = links.get(linkId(name, id));
    // The first import copies everything, whoever wrote it.
    const silent = isWrittenBy(row, user) && (mode === 'live' || link !== undefined);
    // Not of some fields only: they may have been out of the map, or of reach, when that version was settled.
    const again = !bound.partial && (mode === 'resync' || newest.get(id)?.resync === true);
    return {
      id,
      linkId: linkId(name, id),
      row,
      version: versionOf(row),
      link,
      ...(silent && { silent: true as const }),
      ...backfilling.get(linkId(name, id)),
      ...(again && isSettledAt(link, versionOf(row)) && { old: true as const }),
      ...(bound.partial && { partial: true as const }),
    };
  });
  const gone = [...newest.keys()].flatMap((id) => {
    const link = links.get(linkId(name, id));
    // One that is being made may not be there yet.
    return rows.has(id) || tooLarge.has(id) || !link || link.state === 'pushed' ? [] : [link];
  });
  const large = [...tooLarge].map(
    (id) => links.get(linkId(name, id)) ?? newLink(linkId(name, id), deps.store.links.epoch),
  );
  return { candidates, gone, tooLarge: large };
}

/** While a row stood aside, or was kept back as a whole, its fields were not listed: they are kept back anew when it is met again. */
const isAside = (link: Link): boolean => isOutOfSync(link) || link.parked.includes('');
/** Nothing of it is to be merged. */
export const isOutOfSync = ({ state }: Link): boolean => ASIDE.has(state);
const ASIDE: ReadonlySet<LinkState> = new Set(['deleted', 'superseded', 'tombstone', 'merged']);

/** Nothing of that version of the row is open, refused or in conflict. */
const isSettledAt = (link: Link | undefined, version: number): boolean =>
  link?.state === 'linked' && !link.dirty && link.parked.length === 0 && version > 0 && link.appliedVersion >= version;

/** A link that knows nothing yet. */
export const newLink = (id: string, epoch: string): Link => ({
  id,
  state: 'linked',
  appliedVersion: 0,
  seenVersion: 0,
  marks: new Map(),
  epoch,
  parked: [],
});

/** Settled already: the version was applied, or is our own user's, and nothing was left open. */
export function isApplied({ link, version, silent }: Candidate): boolean {
  if (link === undefined) return silent === true;
  if (link.state === 'deleted' || link.dirty) return false;
  return (silent === true && link.state === 'linked') || (version > 0 && version <= link.appliedVersion);
}
