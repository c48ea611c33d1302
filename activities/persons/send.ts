import { PERSON_IDENTITY } from '../../model/entities';
import { marksAfter } from '../../model/merge';
import { allEnded } from '../all-ended';
import type { Deps } from '../deps';
import { noteResults, sendInRounds } from '../task';
import type { WriteRow, Writer } from '../writer';
import type { PersonTask } from './plan';

/** Creates and updates are calls of their own; a person with nothing to change is not sent. */
export async function sendPersons(deps: Deps, writer: Writer, tasks: readonly PersonTask[]): Promise<void> {
  const open = tasks.filter(({ values }) => Object.keys(values).length > 0);
  await sendInRounds(open, async (round) => {
    await allEnded([
      send(
        deps,
        writer,
        'create',
        round.filter(({ record }) => record === null),
      ),
      send(
        deps,
        writer,
        'update',
        round.filter(({ record }) => record !== null),
      ),
    ]);
  });
}

async function send(
  deps: Deps,
  writer: Writer,
  action: 'create' | 'update',
  tasks: readonly PersonTask[],
): Promise<void> {
  if (tasks.length === 0) return;
  const rows: WriteRow[] = tasks.map((task) => ({
    linkId: task.candidate.linkId,
    record: action === 'create' ? task.values : { id: task.link.marketoId, ...task.values },
    marks: marksAfter(task.link.marks, task.decisions, 'marketo'),
  }));
  const { partitionName } = deps.settings;
  const request = {
    action: action === 'create' ? ('createOnly' as const) : ('updateOnly' as const),
    lookupField: action === 'create' ? PERSON_IDENTITY.id : 'id',
    input: rows.map((row) => row.record),
    ...(action === 'create' && partitionName !== undefined ? { partitionName } : {}),
  };
  noteResults(tasks, await writer.send(action, rows, (beforeSend) => deps.marketo.syncLeads(request, beforeSend)));
}
