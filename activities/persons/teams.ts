import type { ObjectPath } from '../../clients/marketo/types';
import { guidOf, type Link, linkId } from '../../clients/mongo/links';
import { PERSON_TEAM } from '../../model/entities';
import { isAnother } from '../dependants';
import type { Deps } from '../deps';
import { park } from '../park';
import type { Targets } from '../references';
import type { Candidate } from '../rows';
import { sendRows } from '../send-rows';
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

/** Of rows that are gone, or that another one stands for now: it has a bridge of its own. Links that still name a team owe it. */
export async function removeBridges(deps: Deps, writer: Writer, links: readonly Link[]): Promise<void> {
  const bridged = links.filter(({ team }) => team !== undefined);
  const path = bridged.length > 0 ? await bridgePath(deps) : undefined;
  if (!path) return;
  const now = await deps.store.links.get(bridged.map(({ id }) => id));
  await lead(
    deps,
    writer,
    path,
    [...now.values()].map((link) => ({ link, team: undefined })),
  );
}

/** Writes the bridges of persons whose links are written. */
export async function bridgeTeams(deps: Deps, writer: Writer, bridges: Bridges | undefined): Promise<void> {
  if (!bridges || bridges.changed.length === 0) return;
  const { path, changed } = bridges;
  const links = await deps.store.links.get(changed.map(({ task }) => task.candidate.linkId));
  const now = changed.flatMap(({ task, team }) => {
    const link = links.get(task.candidate.linkId);
    return typeof link?.marketoId === 'number' ? [{ link: { ...link, dirty: task.missing.length > 0 }, team }] : [];
  });
  await lead(deps, writer, path, now);
}

/** A link as it is to be, and where the row's bridge is to lead. */
interface Bridge {
  link: Link;
  team: string | undefined;
}

/** A bridge that Marketo refuses is listed, and the link goes on naming the team of the one that is there. */
async function lead(deps: Deps, writer: Writer, path: ObjectPath, bridges: readonly Bridge[]): Promise<void> {
  const { store, marketo } = deps;
  const rowOf = ({ link: { id, marketoId }, team }: Bridge): WriteRow => ({
    linkId: id,
    record: { microsoftId: guidOf(id), ...(team !== undefined && { leadId: marketoId, teamId: team }) },
  });
  const owned = bridges.filter(({ team }) => team !== undefined);
  const left = bridges.filter(({ team }) => team === undefined);
  const sent = [
    await sendRows(deps, writer, owned.map(rowOf), {
      operation: `${path}.sync`,
      action: 'update',
      call: (input, beforeSend) => marketo.syncObjects(path, 'createOrUpdate', input, beforeSend),
    }),
    await sendRows(deps, writer, left.map(rowOf), {
      operation: `${path}.delete`,
      action: 'update',
      call: (input, beforeSend) => marketo.deleteObjects(path, input, beforeSend),
      removes: true,
    }),
  ];
  const codeOf = ({ id }: Link) => sent.flatMap(({ refused }) => refused.get(id) ?? [])[0];
  const known = bridges.filter(({ link }) => !sent.some(({ failed }) => failed.has(link.id)));
  await park(
    deps,
    writer,
    known.map(({ link }) => {
      const code = codeOf(link);
      const was = writer.again || link.parked.includes(PERSON_TEAM) ? [PERSON_TEAM] : [];
      const now = code === undefined ? [] : [{ field: PERSON_TEAM, reason: 'refused-by-marketo' as const, code }];
      return { id: link.id, was, now };
    }),
  );
  await store.links.put(
    known.map(({ link: { team: before, ...link }, team }) => {
      const code = codeOf(link);
      const there = code === undefined ? team : before;
      const parked = link.parked.filter((field) => field !== PERSON_TEAM);
      return {
        ...link,
        parked: code === undefined ? parked : [...parked, PERSON_TEAM],
        ...(there !== undefined && { team: there }),
      };
    }),
    writer.epoch,
  );
}

function teamOf({ row }: Candidate): string | undefined {
  return row._ownerid_type === 'team' && row._ownerid_value ? String(row._ownerid_value).toLowerCase() : undefined;
}
