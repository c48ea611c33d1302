import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { Deps } from '../../../activities/deps';
import { type Activities, createActivities } from '../../../activities/index';
import type { World } from '../../../cli/check/stage/world';
import { QUEUES } from '../../../model/queues';
import type { Status } from '../../../workflows/status';
import { TemporalNamespace } from '../../support/temporal-namespace';

/** The service's activities, each on the world of the sync whose workflow asks: one set of workers serves many syncs. */
function activitiesOf(worlds: ReadonlyMap<string, World>): Activities {
  const worldOf = (): World => {
    const { workflowId } = Context.current().info.workflowExecution ?? { workflowId: '' };
    const world = worlds.get(workflowId.split('/')[0] ?? '');
    if (!world) throw new Error(`no world for ${workflowId}`);
    return world;
  };
  // Nothing is called yet: only the names are wanted.
  const names = Object.keys(createActivities({ store: {} } as Deps)) as (keyof Activities)[];
  const ofWorld =
    (name: keyof Activities) =>
    (...given: unknown[]) =>
      (worldOf().activities[name] as (...args: unknown[]) => unknown)(...given);
  return Object.fromEntries(names.map((name) => [name, ofWorld(name)])) as unknown as Activities;
}

/** One sync: the real parent workflow, and what the operator does to it. */
export class Sync {
  readonly id = `truth-${randomUUID().slice(0, 8)}`;

  constructor(
    private readonly temporal: TemporalNamespace,
    readonly world: World,
  ) {}

  get #handle(): WorkflowHandle {
    return this.temporal.client.getHandle(this.id);
  }

  async start(): Promise<void> {
    await this.temporal.client.start('dynamicsMarketoSync', { taskQueue: QUEUES.sync, workflowId: this.id });
  }

  status = (): Promise<Status> => this.#handle.query<Status>('status');
  signal = (name: string, ...payload: unknown[]): Promise<void> => this.#handle.signal(name, ...payload);

  /** The parent is ended and another one started; children under way go on by themselves, as after an operator's mistake. */
  async restart(): Promise<void> {
    await this.#handle.terminate('the story says so');
    await this.start();
  }

  /** Nothing of it goes on. */
  async end(): Promise<void> {
    await this.#handle.terminate('story over');
    for (const { name } of this.world.deps.settings.entities) {
      // A child that does not run needs no end.
      await this.temporal.client
        .getHandle(`${this.id}/${name}`)
        .terminate('story over')
        .catch(() => undefined);
    }
  }
}

/** Workers for as many syncs as are wanted at once. */
export class Syncs {
  readonly #worlds = new Map<string, World>();
  #temporal!: TemporalNamespace;

  static async open(): Promise<Syncs> {
    const syncs = new Syncs();
    syncs.#temporal = await TemporalNamespace.open(activitiesOf(syncs.#worlds));
    return syncs;
  }

  async start(world: World): Promise<Sync> {
    const sync = new Sync(this.#temporal, world);
    this.#worlds.set(sync.id, world);
    await sync.start();
    return sync;
  }

  async end(sync: Sync): Promise<void> {
    await sync.end();
    this.#worlds.delete(sync.id);
  }

  close(): Promise<void> {
    return this.#temporal.close();
  }
}
