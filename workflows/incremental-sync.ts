import { patched } from '@temporalio/workflow';
import { bounded, type ChildResult, HANDED_OVER, pausable, rubbishInput } from './child';
import { isName } from './messages';
import { onDynamics, onMarketo } from './options';

export interface IncrementalInput {
  entity: string;
  paused: boolean;
  /** Which inboxes have work. */
  dynamics: boolean;
  marketo: boolean;
  /** Hand over after so many units: another entity of the lane waits. */
  units?: number;
}

/** A run is bounded: so many units, or so long; then it says whether there is more. */
const UNITS = 10;
const RUN_MS = 60_000;

/** Since then a wait holds the direction that it is about, and no other. */
const ONE_DIRECTION = 'wait-in-one-direction';

/** Works off what the look found for one entity: changes of Dynamics to Marketo, then hints of Marketo to Dynamics. */
export async function incrementalSync(input: IncrementalInput): Promise<ChildResult> {
  if (!isInput(input)) return rubbishInput();
  const state = { paused: input.paused };
  pausable(state);
  const units = input.units ?? UNITS;
  const end = Date.now() + RUN_MS;
  let { dynamics, marketo } = input;
  let waiting: ChildResult | undefined;
  return bounded(async () => {
    for (let unit = 0; unit < units && Date.now() < end && (dynamics || marketo); unit += 1) {
      if (state.paused) return HANDED_OVER;
      if (dynamics) {
        const applied = await onMarketo.applyInbox.executeWithOptions(
          { summary: `${input.entity}: Dynamics to Marketo` },
          [input.entity],
        );
        if (applied.kind === 'wait' && patched(ONE_DIRECTION)) {
          // The vendor that one direction writes to may be down; the other has its turn all the same.
          waiting = { ...applied, feed: 'dynamics' };
          dynamics = false;
        } else if (applied.kind !== 'done') return applied;
        else dynamics = applied.more;
      }
      if (state.paused) return HANDED_OVER;
      if (marketo) {
        const written = await onDynamics.writeBack.executeWithOptions(
          { summary: `${input.entity}: Marketo to Dynamics` },
          [input.entity],
        );
        if (written.kind === 'wait' && !waiting && patched(ONE_DIRECTION)) return { ...written, feed: 'marketo' };
        if (written.kind !== 'done') return written;
        marketo = written.more;
      }
    }
    if (waiting) return waiting;
    return { kind: 'done', more: dynamics || marketo };
  });
}

const isInput = (input: unknown): input is IncrementalInput =>
  isName(((input ?? {}) as Partial<IncrementalInput>).entity);
