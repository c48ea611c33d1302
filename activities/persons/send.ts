import type { SyncResult } from '../../clients/marketo/types';
import { marksAfter } from '../../model/decision';
import { PERSON_IDENTITY } from '../../model/entities';
import { packMarks, packReceipts } from '../../model/fingerprint';
import { receiptsOf } from '../../model/receipts';
import { allEnded } from '../all-ended';
import type { Deps } from '../deps';
import { failTogether, sendEach } from '../send';
import { toMarketo } from '../task';
import type { WriteRow, Writer } from '../writer';
import type { PersonTask } from './plan';

/** Creates and updates are calls of their own; a person with nothing to change is not sent. */
export async function sendPersons(deps: Deps, writer: Writer, tasks: readonly PersonTask[]): Promise<void> {
  const open = tasks.filter(({ values }) => Object.keys(values).length > 0);
  const sending = (action: 'create' | 'update') =>
    toMarketo('leads.sync', (batch: PersonTask[]) => call(deps, writer, action, batch));
  const of = (action: 'create' | 'update') =>
    open.filter(({ record }) => (record === null ? 'create' : 'update') === action);
  await failTogether(open, sending('update'), (answered) =>
    allEnded(
      (['create', 'update'] as const).map((action) => sendEach(deps.health, of(action), sending(action), answered)),
    ),
  );
}

async function call(
  deps: Deps,
  writer: Writer,
  action: 'create' | 'update',
  tasks: readonly PersonTask[],
): Promise<SyncResult[]> {
  const now = Date.now();
  const rows = tasks.map((task): WriteRow => {
    const { candidate, link, decisions, record, values } = task;
    if (record === null) {
      return {
        linkId: candidate.linkId,
        record: values,
        keep: packMarks(marksAfter(link.marks, decisions, 'marketo')),
      };
    }
    task.receipts = receiptsOf(decisions, record, values, deps.store.fingerprinter, now);
    const sent = { id: link.marketoId, ...values };
    return { linkId: candidate.linkId, record: sent, keep: packReceipts(task.receipts) };
  });
  const { partitionName } = deps.settings;
  const request = {
    action: action === 'create' ? ('createOnly' as const) : ('updateOnly' as const),
    lookupField: action === 'create' ? PERSON_IDENTITY.id : 'id',
    input: rows.map((row) => row.record),
    ...(action === 'create' && partitionName !== undefined ? { partitionName } : {}),
  };
  return writer.send(action, rows, (beforeSend) => deps.marketo.syncLeads(request, beforeSend));
}
