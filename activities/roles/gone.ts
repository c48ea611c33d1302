import type { InboxItem } from '../../clients/mongo/inbox';
import { linkId } from '../../clients/mongo/links';
import { mustAsk } from '../breaker';
import type { Deps } from '../deps';
import { park } from '../park';
import type { Writer } from '../writer';

/** What is left to do of a page of items once its deletions have been looked into. */
export interface Admitted {
  items: InboxItem[];
  /** Connections that are gone from Dynamics for good: they need not be looked for again. */
  gone: string[];
  /** How many of them take a role away. */
  removing: number;
}

/**
 * Items without a row are read, as those of any entity: a deletion may have been taken back, and a bare id may be a connection that no feed
 * told of; else it is an opportunity's. Deletions are held where they are too many (activities/breaker.ts), and take nothing away where the
 * policy is to ignore them.
 */
export async function admitConnections(deps: Deps, writer: Writer, items: readonly InboxItem[]): Promise<Admitted> {
  const { dynamics, schema, store } = deps;
  const asked = items.filter(({ row }) => !row);
  if (asked.length === 0) return { items: [...items], gone: [], removing: 0 };
  const { set, primaryId, select } = await schema.of('connection');
  const ids = [...new Set(asked.map(({ id }) => id.toLowerCase()))];
  const large = new Set<string>();
  const there = new Map(
    (await dynamics.readByIds(set, primaryId, ids, select, (id) => large.add(id))).map((row) => [
      String(row[primaryId]).toLowerCase(),
      row,
    ]),
  );
  const bare = asked.filter(({ id }) => !large.has(id.toLowerCase()));
  const deleted = bare.filter((item) => item.deleted && !there.has(item.id.toLowerCase()));
  const lost = new Set(deleted.map(({ id }) => id.toLowerCase()));
  const answers = new Map(bare.flatMap(({ id, release }) => (release ? [[id.toLowerCase(), release]] : [])));
  const known = await store.roles.opportunitiesOf([...lost]);
  const ignored = schema.entity('connection').whenDeleted === 'ignore';
  const removing = [...known.keys()].filter((id) => !ignored && answers.get(id) !== 'keep');
  const asking = removing.filter((id) => !answers.has(id));
  const held = asking.length > 0 && (await mustAsk(store, 'connection', asking.length)) ? asking : [];
  const told = [
    ...held.map((id) => ({ id: linkId('connection', id), was: [], now: [{ reason: 'deletes-stopped' as const }] })),
    ...[...large].map((id) => ({ id: linkId('connection', id), was: [], now: [{ reason: 'too-large' as const }] })),
    // What is there again, or short enough again, is not kept back.
    ...[...new Set([...answers.keys(), ...there.keys()])].map((id) => ({
      id: linkId('connection', id),
      was: [''],
      now: [],
    })),
  ];
  await park(deps, writer, told);
  const admitted = removing.filter((id) => !held.includes(id));
  const opportunities = bare.filter((item) => !item.deleted && !there.has(item.id.toLowerCase()));
  return {
    items: [
      // What another page says of a connection that is gone is older than that.
      ...items.filter(({ id, row }) => row && !lost.has(id.toLowerCase())),
      ...[...there].map(([id, row]) => ({ id, row })),
      ...opportunities,
      ...admitted.map((id) => ({ id, deleted: true as const })),
      ...[...known.keys()]
        .filter((id) => !removing.includes(id))
        .map((id) => ({ id, deleted: true as const, release: 'keep' as const })),
    ],
    gone: [...known.keys()].filter((id) => !held.includes(id)),
    removing: admitted.length,
  };
}
