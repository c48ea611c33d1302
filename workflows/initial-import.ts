import { continueAsNew, patched, workflowInfo } from '@temporalio/workflow';
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

/**
 * Pages that are written together: between two activities no call is under way, which costs a second or two. More of them would be
 * more to wait for until a pause takes hold.
 */
const TOGETHER = 2;

/** Copies one entity, page by page: the next pages are fetched while some are written. Starting it again resumes it. */
export async function initialImport(input: ImportInput): Promise<ChildResult> {
  if (!isInput(input)) return rubbishInput();
  const state = { paused: input.paused };
  pausable(state);
  // A run that goes on from another one: that one has written a page.
  let moved = workflowInfo().continuedFromExecutionRunId !== undefined;
  const result = await bounded(async () => {
    const { entity, generation, mode } = input;
    if (state.paused) return HANDED_OVER;
    const together = patched('pages-together') ? TOGETHER : 1;
    const begun = await onDynamics.beginImport.executeWithOptions({ summary: `${entity}: begin ${mode}` }, [
      entity,
      generation,
      mode,
    ]);
    if (begun.kind !== 'done') return begun;
    const staged = [...begun.staged];
    let next = begun.next;
    let trouble: ChildResult | undefined;

    const fetch = async (most: number) => {
      while (next !== undefined && staged.length < most && !trouble && !state.paused) {
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

    const apply = (units: number[]) => {
      const options = { summary: `${entity}: upsert ${pagesOf(units)}` };
      // Of an import that was begun by an earlier version.
      const [unit = 0] = units;
      if (together === 1) return onMarketo.applyUnit.executeWithOptions(options, [entity, generation, unit, mode]);
      return onMarketo.applyUnits.executeWithOptions(options, [entity, generation, units, mode]);
    };

    for (let left = input.units ?? Number.POSITIVE_INFINITY; ; ) {
      if (state.paused) return HANDED_OVER;
      if (staged.length === 0) await fetch(2);
      if (staged.length === 0) {
        if (trouble) return trouble;
        if (next === undefined) break;
        continue;
      }
      if (left <= 0) return HANDED_OVER;
      const units = staged.slice(0, Math.min(together, left));
      const fetching = fetch(2 * together);
      // Together: a cancellation rejects both.
      const [applied] = await Promise.all([apply(units), fetching]);
      if (applied.kind !== 'done') return applied;
      moved = true;
      staged.splice(0, units.length);
      left -= units.length;
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

const pagesOf = (units: readonly number[]): string =>
  `${units.length > 1 ? 'pages' : 'page'} ${units.map((unit) => unit + 1).join(' and ')}`;

const isInput = (input: unknown): input is ImportInput => {
  const { entity, generation, mode } = (input ?? {}) as Partial<ImportInput>;
  return isName(entity) && typeof generation === 'number' && (mode === 'import' || mode === 'resync');
};
