import { DUPLICATE_FOUND } from '../../clients/dynamics/codes';
import type { PatchOutcome, RowPatch } from '../../clients/dynamics/types';
import type { Conflict } from '../../clients/mongo/conflicts';
import type { Link } from '../../clients/mongo/links';
import type { FieldDecision } from '../../model/decision';
import type { Receipt } from '../../model/fingerprint';
import type { Deps } from '../deps';
import { findDuplicate } from '../push/duplicate';
import type { Candidate } from '../rows';
import type { BoundEntity } from '../schema';
import { sendEach } from '../send';
import { type DynamicsTask, toDynamics } from '../to-dynamics';
import type { Writer } from '../writer';

/** One row on its way to Dynamics. */
export interface PatchTask extends DynamicsTask<PatchOutcome> {
  candidate: Candidate;
  link: Link;
  decisions: FieldDecision[];
  /** Settled by policy; among them edits that a write of ours overtook. */
  conflicts: Conflict[];
  /** A value that only the feed or a conflict remembered goes to Dynamics now, and from there to Marketo. */
  restored: boolean;
  /** A row that stands in the way by a duplicate-detection rule. */
  other?: string;
}

/**
 * Should the answer be lost, or should another row's trouble spoil the call, Dynamics holds what we sent as our own copy, and not as
 * somebody's edit.
 */
export async function remember({ store }: Deps, writer: Writer, tasks: readonly PatchTask[]): Promise<void> {
  const at = Date.now();
  const links = tasks.flatMap(({ candidate, link, decisions, values }): Link[] => {
    const before = BigInt(candidate.version);
    const sent = decisions.flatMap(({ bound, action, taken }): Receipt[] =>
      action === 'to-dynamics' && taken !== undefined ? [{ key: bound.key, before, sent: taken, at }] : [],
    );
    return Object.keys(values).length === 0
      ? []
      : [{ ...link, unsureDynamics: [...(link.unsureDynamics ?? []), ...sent] }];
  });
  await store.links.put(links, writer.epoch);
}

/** Columns that Dynamics refuses by name are left out, and the rest sent again. */
export async function patchAll(
  { dynamics, health, settings }: Deps,
  bound: BoundEntity,
  writer: Writer,
  tasks: readonly PatchTask[],
): Promise<void> {
  const open = tasks.filter(({ values }) => Object.keys(values).length > 0);
  await sendEach(
    health,
    open,
    toDynamics('rows.patch', async (batch: PatchTask[]) => {
      const patches = batch.map(
        ({ candidate, values }): RowPatch => ({ set: bound.set, id: candidate.id, version: candidate.version, values }),
      );
      await writer.check();
      return dynamics.patch(patches, settings.duplicateDetection.update);
    }),
  );
}

/** Which rows the duplicate-detection rules were about. */
export async function findOthers(deps: Deps, bound: BoundEntity, tasks: readonly PatchTask[]): Promise<void> {
  for (const task of tasks) {
    if (task.outcome?.status !== 'refused' || task.outcome.code !== DUPLICATE_FOUND) continue;
    const { id, row } = task.candidate;
    const columns = Object.entries(row).filter(([key]) => !key.startsWith('_') && key !== 'versionnumber');
    const values = { ...Object.fromEntries(columns), ...task.values, [bound.primaryId]: id };
    const other = await findDuplicate(deps, bound, values, id);
    if (other !== undefined) task.other = other;
  }
}
