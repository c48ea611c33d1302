import type { BatchWrite } from './batch-write';
import { failedOf, missingTarget, refusedOf, rowOf, sendBatch, type Written } from './send-batch';
import type { Transport } from './transport';
import type { DuplicateDetection, PatchOutcome, RowPatch } from './types';

const OPERATION = 'rows.patch';

/**
 * Updates rows, each under its own `If-Match`, in one `$batch`. Where the call throws, parts may be written: tried again, those
 * answer `conflict`, and are merged again.
 *
 * @throws ApiError `authority` when each row is refused for want of a privilege that Dynamics names; else such a row is `refused`, or `failed`
 * where no other got through: it is tried again, with others or while they get through
 */
export async function patch(
  transport: Transport,
  patches: readonly RowPatch[],
  duplicates: DuplicateDetection,
): Promise<PatchOutcome[]> {
  const writes = patches.map(({ set, id, values, version }): BatchWrite => {
    // `*` still means: never create a row that was deleted meanwhile.
    const condition = `If-Match: ${version === undefined ? '*' : `W/"${version}"`}` as const;
    return { set, id, values, condition, duplicates };
  });
  const written = await sendBatch(transport, OPERATION, writes, true);
  return written.map((one, index) => outcomeOf(one, writes[index]!));
}

function outcomeOf(written: Written, sent: BatchWrite): PatchOutcome {
  const { part, refusal } = written;
  if (refusal === undefined) return { status: 'updated', ...rowOf(part, sent) };
  const failed = failedOf(OPERATION, written, ...(written.withoutOthers ? (['authority'] as const) : []));
  if (failed) return failed;
  if (refusal.kind === 'conflict') return { status: 'conflict' };
  const bound = missingTarget(refusal.message, sent);
  if (refusal.kind === 'gone' && bound === undefined) return { status: 'gone' };
  return bound === undefined ? refusedOf(written, sent) : refusedOf(written, sent, bound);
}
