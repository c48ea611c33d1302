import type { BatchWrite } from './batch-write';
import { failedOf, missingTarget, refusedOf, rowOf, sendBatch, type Written } from './send-batch';
import type { Transport } from './transport';
import type { CreateOutcome, DuplicateDetection, RowCreate } from './types';

/** "A record with matching key values already exists." */
const EXISTS = '0x80040237';

const OPERATION = 'rows.create';

/**
 * Makes rows under ids of our choice, each with `If-None-Match: *`, so that a second attempt meets the first one's row
 * (dataverse-api §5.1). A missing privilege refuses each row by itself: to make rows is not what the service lives by.
 */
export async function createRows(
  transport: Transport,
  rows: readonly RowCreate[],
  duplicates: DuplicateDetection,
): Promise<CreateOutcome[]> {
  const writes = rows.map((row): BatchWrite => ({ ...row, condition: 'If-None-Match: *', duplicates }));
  const written = await sendBatch(transport, OPERATION, writes);
  return written.map((one, index) => outcomeOf(one, writes[index]!));
}

function outcomeOf(written: Written, sent: BatchWrite): CreateOutcome {
  const { part, refusal } = written;
  if (refusal === undefined) return { status: 'created', ...rowOf(part, sent) };
  const failed = failedOf(OPERATION, written);
  if (failed) return failed;
  // Older servers say 412 without a code (dataverse-api §5.1).
  if (refusal.code === EXISTS || refusal.kind === 'conflict') return { status: 'exists' };
  const bound = missingTarget(refusal.message, sent);
  return bound === undefined ? refusedOf(written, sent) : refusedOf(written, sent, bound);
}
