import type { ObjectPath } from '../../clients/marketo/types';
import { guidOf, type Link, linkId } from '../../clients/mongo/links';
import { PERSON_TEAM } from '../../model/entities';
import { isAnother } from '../dependants';
import type { Deps } from '../deps';
import type { Targets } from '../references';
import type { Candidate } from '../rows';
import { failureOf } from '../task';
import type { WriteRow, Writer } from '../writer';
import type { PersonTask } from './plan';

export interface Bridges {
  path: ObjectPath;
  /** Persons whose owning team is another than the bridge names; `undefined`: none. */
  changed: { task: PersonTask; team: string | undefined }[];
}

/**
 * Marketo's owner is a person's sales person; a team can't be one. A bridge record leads from the person to its owning
 * team instead, so that smart lists can use it (DESIGN §5, Teams). Called before the links are written: they stay dirty
 * until the bridge is there, and while a team is awaited that is not in Marketo yet.
 */
export async function planBridges(
  deps: Deps,
  tasks: readonly PersonTask[],
  targets: Targets,
): Promise<Bridges | undefined> {
  if (!deps.schema.has('team')) return undefined;
  const open = tasks.filter((task) => failureOf(task) === undefined);
  const awaiting = open.flatMap((task) => {
    const id = teamOf(task.candidate);
    return id !== undefined && !targets.has(linkId('team', id)) ? [{ task, target: linkId('team', id) }] : [];
  });
  const changed = open.flatMap((task) => {
    const team = teamOf(task.candidate);
    const known = team === undefined ? undefined : targets.get(linkId('team', team));
    // A team that Marketo refused may be mended.
    if (team !== undefined && known && known.marketoId === undefined) task.hoping?.push(linkId('team', team));
    const there = known?.marketoId === undefined ? undefined : team;
    const { link } = task.candidate;
    const another = link?.moved === true || isAnother(link, task.link.marketoId ?? task.result?.id);
    return there === task.link.team && !(another && there) ? [] : [{ task, team: there }];
  });
  if (awaiting.length === 0 && changed.length === 0) return undefined;
  const path = await bridgePath(deps);
  if (!path) return undefined;
  for (const { task, target } of awaiting) task.missing.push(target);
  for (const { task } of changed) task.unfinished = true;
  return { path, changed };
}

/** As preflight found or made it; nothing where Marketo may not have it (616). */
async function bridgePath({ schema }: Deps): Promise<ObjectPath | undefined> {
  const binding = await schema.marketoBinding();
  const name = binding?.customObjects[`customobjects/${PERSON_TEAM}`];
  return name === undefined ? undefined : `customobjects/${name}`;
}

/** Of rows that another one stands for now: it has a bridge of its own. */
export async function removeBridges(deps: Deps, writer: Writer, links: readonly Link[]): Promise<void> {
  const bridged = links.filter(({ team }) => team !== undefined);
  const path = bridged.length > 0 ? await bridgePath(deps) : undefined;
  if (!path) return;
  const rows = bridged.map(({ id }): WriteRow => ({ linkId: id, record: { microsoftId: guidOf(id) } }));
  const input = rows.map(({ record }) => record);
  await writer.send('update', rows, (beforeSend) => deps.marketo.deleteObjects(path, input, beforeSend));
}

/** Writes the bridges of persons whose links are written. */
export async function bridgeTeams(deps: Deps, writer: Writer, bridges: Bridges | undefined): Promise<void> {
  if (!bridges || bridges.changed.length === 0) return;
  const { store, marketo } = deps;
  const { path, changed } = bridges;
  const links = await store.links.get(changed.map(({ task }) => task.candidate.linkId));
  const now = changed.flatMap(({ task, team }) => {
    const link = links.get(task.candidate.linkId);
    return typeof link?.marketoId === 'number' ? [{ link, task, team }] : [];
  });
  const owned = now.filter(({ team }) => team !== undefined);
  const left = now.filter(({ team }) => team === undefined);
  if (owned.length > 0) {
    const rows = owned.map(({ task, link, team }) =>
      rowOf(task, { microsoftId: task.candidate.id, leadId: link.marketoId, teamId: team }),
    );
    const input = rows.map(({ record }) => record);
    await writer.send('update', rows, (beforeSend) => marketo.syncObjects(path, 'createOrUpdate', input, beforeSend));
  }
  if (left.length > 0) {
    const rows = left.map(({ task }) => rowOf(task, { microsoftId: task.candidate.id }));
    const input = rows.map(({ record }) => record);
    await writer.send('update', rows, (beforeSend) => marketo.deleteObjects(path, input, beforeSend));
  }
  await store.links.put(
    now.map(({ link, task, team }) => {
      const { team: _before, ...rest } = link;
      return { ...rest, dirty: task.missing.length > 0, ...(team === undefined ? {} : { team }) };
    }),
    writer.epoch,
  );
}

const rowOf = ({ candidate }: PersonTask, record: Record<string, unknown>): WriteRow => ({
  linkId: candidate.linkId,
  record,
});

function teamOf({ row }: Candidate): string | undefined {
  return row._ownerid_type === 'team' && row._ownerid_value ? String(row._ownerid_value).toLowerCase() : undefined;
}
