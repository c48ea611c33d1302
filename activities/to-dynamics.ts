import type { CreateOutcome, PatchOutcome } from '../clients/dynamics/types';
import type { FieldDecision } from '../model/decision';
import type { Failed, Sending } from './send';

/** A row on its way to Dynamics: made, or changed. */
export interface DynamicsTask<O> {
  decisions: readonly FieldDecision[];
  /** By logical name. */
  values: Record<string, string | number | boolean | null>;
  /** Marketo field → vendor code: refused by name, and left out. */
  refused: Map<string, string>;
  outcome?: O;
  /** What came of it is not known. */
  failed?: Failed;
}

/** Dataverse advises small batches (dataverse-api §5.5); a `$batch` takes 1,000 at most. */
const BATCH = 100;

/** How rows go to Dynamics; `call` sends them and gives the outcomes. */
export const toDynamics = <O extends PatchOutcome | CreateOutcome, T extends DynamicsTask<O>>(
  operation: string,
  call: (batch: T[]) => Promise<O[]>,
): Sending<T> => ({
  api: 'dynamics',
  operation,
  most: BATCH,
  // What was sent comes back with the answer, which is bounded (clients/bounds.ts).
  bytesOf: ({ values }) => Buffer.byteLength(JSON.stringify(values)) + 100,
  call: async (batch) => {
    const outcomes = await call(batch);
    batch.forEach((task, index) => {
      const outcome = outcomes[index];
      if (outcome?.status === 'failed') task.failed = { error: outcome.error, size: 1 };
      else if (outcome) task.outcome = outcome;
    });
  },
  refusalOf: ({ outcome }) => {
    if (outcome?.status !== 'refused') return undefined;
    return { code: outcome.code, ...(outcome.column !== undefined && { field: outcome.column }) };
  },
  refuse: (task, code) => {
    task.outcome = { status: 'refused', code } as O;
  },
  fail: (task, failed) => {
    task.failed = failed;
  },
  failedOf: ({ failed }) => failed,
  leaveOut: ({ decisions, values, refused }, { code, field: column }) => {
    if (!(column in values)) return false;
    const decision = decisions.find(({ bound }) => bound.column.logicalName === column);
    if (decision) refused.set(decision.bound.field.name, code);
    delete values[column];
    return Object.keys(values).length > 0;
  },
});
