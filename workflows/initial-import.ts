import { continueAsNew, workflowInfo } from '@temporalio/workflow';
import { asWait, bounded, type ChildResult, HANDED_OVER, pausable, rubbishInput } from './child';
import { isName } from './messages';
import { onDynamics, onMarketo } from './options';

export interface ImportInput {
  entity: string;
  /** Raised by a resync or a catch-up; the checkpoints carry it. */
  generation: number;
  mode: 'import' | 'resync';
  paused: boolean;
  /** Hand over after so many units: another entity of the lane waits. Absent: to the end. */
  units?: number;
}

/** One page more than is being written (DESIGN §3): at most two fetches ahead. */
const AHEAD = 1;

/** Copies one entity, page by page: page n+1 is fetched while page n is written. Starting it again resumes it. */
export async function initialImport(input: ImportInput): Promise<ChildResult> {
  if (!isInput(input)) return rubbishInput();
  const state = { paused: input.paused };
  pausable(state);
  // A run that goes on from another one: that one has written a page.
  let moved = workflowInfo().continuedFromExecutionRunId !== undefined;
  const result = await bounded(async () => {
    const { entity, generation, mode } = input;
    if (state.paused) return HANDED_OVER;
    const begun = await onDynamics.beginImport.executeWithOptions({ summary: `${entity}: begin ${mode}` }, [
      entity,
      generation,
      mode,
    ]);
    if (begun.kind !== 'done') return begun;
    const staged = [...begun.staged];
    let next = begun.next;
    let trouble: ChildResult | undefined;

    const fetch = async () => {
      while (next !== undefined && staged.length <= AHEAD && !trouble && !state.paused) {
        const unit: number = next;
        // Nobody waits for it while a page is written: it must not reject.
        const fetched = await onDynamics.fetchPage
          .executeWithOptions({ summary: `${entity}: read page ${unit + 1}` }, [entity, generation, unit, mode])
          .catch(asWait);
        if (fetched.kind !== 'done') {
          trouble = fetched;
          return;
        }
        moved = true;
        if (fetched.rows > 0) staged.push(unit);
        next = fetched.more ? unit + 1 : undefined;
      }
    };

    for (let done = 0; ; done += 1) {
      if (state.paused) return HANDED_OVER;
      if (staged.length === 0) await fetch();
      const unit = staged[0];
      if (unit === undefined) {
        if (trouble) return trouble;
        if (next === undefined) break;
        continue;
      }
      if (input.units !== undefined && done >= input.units) return HANDED_OVER;
      const fetching = fetch();
      const applying = onMarketo.applyUnit.executeWithOptions({ summary: `${entity}: upsert page ${unit + 1}` }, [
        entity,
        generation,
        unit,
        mode,
      ]);
      // Together: a cancellation rejects both.
      const [applied] = await Promise.all([applying, fetching]);
      if (applied.kind !== 'done') return applied;
      moved = true;
      staged.shift();
      if (workflowInfo().continueAsNewSuggested)
        await continueAsNew<typeof initialImport>({ ...input, paused: state.paused });
    }
    const finished = await onDynamics.finishImport.executeWithOptions({ summary: `${entity}: finish` }, [
      entity,
      generation,
    ]);
    return finished.kind === 'done' ? { kind: 'done', more: false } : finished;
  });
  return result.kind === 'wait' ? { ...result, moved } : result;
}

const isInput = (input: unknown): input is ImportInput => {
  const { entity, generation, mode } = (input ?? {}) as Partial<ImportInput>;
  return isName(entity) && typeof generation === 'number' && (mode === 'import' || mode === 'resync');
};
