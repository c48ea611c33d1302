import { bounded, type ChildResult, pausable } from './child';
import { onDynamics, onMarketo } from './options';

export interface IncrementalInput {
  entity: string;
  paused: boolean;
  /** Which inboxes have work. */
  dynamics: boolean;
  marketo: boolean;
}

/** A run is bounded: so many units, or so long; then it says whether there is more. */
const UNITS = 10;
const RUN_MS = 60_000;

/** Works off what the look found for one entity: changes of Dynamics to Marketo, then hints of Marketo to Dynamics. */
export async function incrementalSync(input: IncrementalInput): Promise<ChildResult> {
  const unpaused = pausable({ paused: input.paused });
  const end = Date.now() + RUN_MS;
  let { dynamics, marketo } = input;
  return bounded(async () => {
    for (let unit = 0; unit < UNITS && Date.now() < end && (dynamics || marketo); unit += 1) {
      await unpaused();
      if (dynamics) {
        const applied = await onMarketo.applyInbox.executeWithOptions(
          { summary: `${input.entity}: Dynamics to Marketo` },
          [input.entity],
        );
        if (applied.kind !== 'done') return applied;
        dynamics = applied.more;
      }
      await unpaused();
      if (marketo) {
        const written = await onDynamics.writeBack.executeWithOptions(
          { summary: `${input.entity}: Marketo to Dynamics` },
          [input.entity],
        );
        if (written.kind !== 'done') return written;
        marketo = written.more;
      }
    }
    return { kind: 'done', more: dynamics || marketo };
  });
}
