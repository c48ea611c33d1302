import type { Service } from '../../cli/check/stage/service';
import type { Process } from '../../cli/check/stage/stage';
import type { Memory } from '../truth/memory/stage';
import type { Schedule, Scope } from '../truth/schedule';

/** Work of the service that something may come between, and what it is about. */
export interface Story {
  name: string;
  /** Of one entity, or of people: those are played at every point by `npm test`. */
  kind: string;
  circumstances: Schedule;
  /** The work is the first import itself. */
  fromTheStart?: true;
  before?(memory: Memory, service: Service<Process>): Promise<unknown>;
  /** What people do. */
  act(memory: Memory, service: Service<Process>): Promise<unknown>;
  /** What the service does about it. */
  work(service: Service<Process>): Promise<unknown>;
  /** What people do while the work is interrupted. */
  edits?(memory: Memory): Promise<unknown>;
  /** What happens after the work, whatever became of it. */
  afterwards?(memory: Memory, service: Service<Process>): Promise<unknown>;
}

/** With everything as it is by default. */
export const circumstances = (scope: Scope, more: Partial<Schedule> = {}): Schedule => ({
  steps: [],
  scope,
  adoption: 'adopt',
  whenDeleted: 'flag',
  conflicts: {},
  switches: { dynamics: {}, marketo: {} },
  repeats: false,
  pageRows: 4_800,
  ...more,
});

/** Looks, and carries out what was found. */
export async function live(service: Service<Process>): Promise<void> {
  await service.look();
  await service.workOff();
}
