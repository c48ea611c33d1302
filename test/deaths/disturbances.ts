import type { Death } from '../../cli/check/stage/mortal';
import type { Service } from '../../cli/check/stage/service';
import type { Process } from '../../cli/check/stage/stage';
import type { Memory } from '../truth/memory/stage';
import { ANSWERED, editAndLook, suspend, type Woken } from '../truth/suspend';
import type { Story } from './story';

/** Does the work of a story, and lets something come in between at that point. */
type Disturb = (memory: Memory, service: Service<Process>, story: Story, point: Death) => Promise<Woken | undefined>;

const edit = (memory: Memory, story: Story) => async () => story.edits?.(memory);

/** What may come between two operations of a worker. */
export const DISTURBANCES = {
  /** The worker dies there, and the next one takes up its work. */
  death: async (_memory, service, story, point) => {
    service.mortal.dieAt(point);
    await story.work(service);
    return undefined;
  },
  /** People edit on both sides, the feeds bring it, and the worker goes on. */
  edits: async (memory, service, story, point) => {
    service.mortal.interruptAt(point, () => editAndLook(memory, service, edit(memory, story)));
    await story.work(service);
    return undefined;
  },
  /** People edit as soon as Marketo has what it was sent, the feeds bring it, and the worker dies so many points later. */
  'edits at the answer, then death': async (memory, service, story, point) => {
    service.mortal.interruptAt(ANSWERED, async () => {
      service.interrupted.push(await memory.seq());
      await editAndLook(memory, service, edit(memory, story));
      service.mortal.dieAt(point);
    });
    await story.work(service);
    return undefined;
  },
  /** The worker is suspended there and taken for dead, and wakes when the next one has done it all. */
  zombie: (memory, service, story, point) =>
    suspend(memory, service, point, () => story.work(service), edit(memory, story)),
} satisfies Record<string, Disturb>;

export type Disturbance = keyof typeof DISTURBANCES;
export const ALL_DISTURBANCES = Object.keys(DISTURBANCES) as Disturbance[];
