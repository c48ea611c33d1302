import { INBOX_PAGE } from '../clients/mongo/inbox';
import { entityOf, guidOf, type Link, type LinkState, linkId, type TargetLink } from '../clients/mongo/links';
import type { Bucket } from '../clients/mongo/waiting';
import type { Converted } from '../model/convert';
import { PLACEHOLDER_COMPANY } from '../model/entities';
import type { Deps } from './deps';
import { queueAll } from './queue';
import type { Candidate } from './rows';
import type { BoundEntity } from './schema';
import type { Writer } from './writer';

export type Targets = ReadonlyMap<string, TargetLink>;

/** A target in one of these states is not to be expected: the reference is empty, and nothing is listed. */
const NEVER: ReadonlySet<LinkState> = new Set(['excluded', 'frozen', 'deleted', 'refused', 'tombstone', 'merged']);

/** `entity:guid` that a column refers to; a polymorphic lookup that points to another kind of row refers to nothing. */
export function targetOf(row: Record<string, unknown>, column: string, entity: string): string | undefined {
  const value = row[`_${column}_value`];
  if (value === null || value === undefined) return undefined;
  const type = row[`_${column}_type`];
  return type === undefined || type === entity ? linkId(entity, String(value)) : undefined;
}

/** An opportunity whose customer is a contact has that contact's account (native-sync §2.7). */
function contactOf(row: Record<string, unknown>): string | undefined {
  return row._customerid_type === 'contact' && row._customerid_value
    ? linkId('contact', String(row._customerid_value))
    : undefined;
}

/** The rows that these rows refer to, as far as they are linked; with the accounts of contacts among them. */
export async function loadTargets(
  { store }: Deps,
  bound: BoundEntity,
  candidates: readonly Candidate[],
): Promise<Targets> {
  const ids = new Set<string>();
  const { belongsTo } = bound.entity;
  for (const { row } of candidates) {
    for (const { rule } of bound.fields) {
      const target = rule.references && targetOf(row, rule.dynamics, rule.references);
      if (target) ids.add(target);
    }
    const owner = belongsTo && targetOf(row, belongsTo.column, belongsTo.entity);
    if (owner) ids.add(owner);
    const contact = bound.entity.name === 'opportunity' ? contactOf(row) : undefined;
    if (contact) ids.add(contact);
    if (row._ownerid_type === 'team' && row._ownerid_value) ids.add(linkId('team', String(row._ownerid_value)));
  }
  const targets = await store.links.marketoIds([...ids]);
  const accounts = [...targets.values()].flatMap(({ account }) => (account ? [linkId('account', account)] : []));
  return new Map([...targets, ...(await store.links.marketoIds(accounts))]);
}

export interface ResolvedRow {
  /** By Marketo field name. */
  values: Map<string, Converted>;
  /** `entity:guid` of what is not in Marketo yet. */
  missing: string[];
  /** Of what is not expected in Marketo, but may come: the row filter is switched on, a refused row mended. */
  hoping: string[];
}

/** Each reference as the key that Marketo wants, or parked until its target is there. */
export function resolve(bound: BoundEntity, candidate: Candidate, targets: Targets): ResolvedRow {
  const { row } = candidate;
  const values = new Map<string, Converted>();
  const missing: string[] = [];
  const hoping: string[] = [];
  for (const { rule, field } of bound.fields) {
    if (!rule.references) continue;
    const contact = isCompanyOf(bound, field.name) ? contactOf(row) : undefined;
    const account = contact && targets.get(contact)?.account;
    const target = contact ? account && linkId('account', account) : targetOf(row, rule.dynamics, rule.references);
    const link = target ? targets.get(target) : undefined;
    if (target && link?.marketoId !== undefined && link.state !== 'deleted') {
      values.set(field.name, { value: guidOf(target) });
    } else if (contact && !targets.has(contact)) {
      values.set(field.name, { park: 'missing-reference' });
      missing.push(contact);
    } else if (target && !(link && NEVER.has(link.state))) {
      values.set(field.name, { park: 'missing-reference' });
      missing.push(target);
    } else {
      const expected = target ?? contact;
      const there = expected === undefined ? undefined : targets.get(expected);
      // Of an excluded row, such as an application user, there is nothing to hope for.
      if (expected && there?.marketoId === undefined && there?.state !== 'excluded') hoping.push(expected);
      values.set(field.name, { value: null });
    }
  }
  return { values, missing, hoping };
}

/** The field that an opportunity's contact fills, where its customer is one. */
const isCompanyOf = (bound: BoundEntity, field: string): boolean =>
  bound.entity.name === 'opportunity' && field === 'externalCompanyId';

/** A cleared account reads as empty on both sides. */
export const withoutPlaceholder = (record: Record<string, unknown>): Record<string, unknown> =>
  record.externalCompanyId === PLACEHOLDER_COMPANY.externalCompanyId ? { ...record, externalCompanyId: null } : record;

/**
 * Remembers who waits for what, before the waiters' links are committed (commit.ts); then looks again, or the wake-up of a target
 * that came meanwhile is lost: so did one that has become another kind of row since, that nobody should wait for or that somebody may.
 *
 * @param seen the targets as the waiters saw them
 */
export async function wait(
  { store }: Deps,
  pairs: readonly { waiter: string; target: string }[],
  seen: Targets,
): Promise<void> {
  if (pairs.length === 0) return;
  await store.waiting.add(pairs);
  const now = await store.links.marketoIds(pairs.map(({ target }) => target));
  await wake(
    store,
    [...now].filter(([id, link]) => isNews(seen.get(id), link)).map(([id]) => id),
  );
}

/** Would who waits for this row decide otherwise by now: it is in Marketo, or is not expected there (any more)? */
export function isNews(before: TargetLink | undefined, now: TargetLink): boolean {
  const came = now.marketoId !== undefined && before?.marketoId === undefined;
  return came || now.state !== (before?.state ?? 'waiting');
}

/** Wakes whoever waits for one of these rows, where its link now says something else to them. */
export const wakeChanged = (
  store: Deps['store'],
  links: readonly { before: Link | undefined; now: Link }[],
): Promise<void> =>
  wake(
    store,
    links.filter(({ before, now }) => isNews(before, now)).map(({ now }) => now.id),
  );

/**
 * The rows that wait for one of these are looked at again: bucket by bucket, each queued before it is removed. Where each of many targets has
 * a few, they are queued together.
 */
export async function wake(store: Deps['store'], targets: readonly string[]): Promise<void> {
  const awaited = await store.waiting.of(targets);
  let woken: Bucket[] = [];
  const queue = async () => {
    await queueAgain(store, new Set(woken.flatMap(({ waiters }) => waiters)));
    for (const bucket of woken) await store.waiting.remove(bucket);
    woken = [];
  };
  for (const one of awaited) {
    let isFirst = true;
    for await (const bucket of store.waiting.all(one)) {
      if (!isFirst || rowsOf(woken) >= INBOX_PAGE) await queue();
      woken.push(bucket);
      isFirst = false;
    }
  }
  await queue();
  for (const one of awaited) await store.waiting.end(one);
}

const rowsOf = (buckets: readonly Bucket[]): number => buckets.reduce((sum, { waiters }) => sum + waiters.length, 0);

/** Whatever was applied: what a row waited for may be all that has changed. */
const queueAgain = (store: Deps['store'], waiters: ReadonlySet<string>): Promise<void> =>
  queueAll(
    { store },
    [...waiters].map((waiter) => ({
      entity: entityOf(waiter),
      feed: 'dynamics',
      items: [{ id: guidOf(waiter), resync: true }],
    })),
  );

/**
 * An attempt that died after it had committed these rows' links may not have woken who waits for them: those that are linked, and
 * of work that was begun before any that have become something else.
 */
export const wakeLinked = (store: Deps['store'], writer: Writer, candidates: readonly Candidate[]): Promise<void> =>
  wake(
    store,
    candidates
      .filter(({ link }) => link?.marketoId !== undefined || (writer.again && link !== undefined))
      .map(({ linkId: id }) => id),
  );
