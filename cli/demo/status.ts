import { Client, Connection } from '@temporalio/client';
import type { DevHandle } from '../local/dev-environment';
import { wait } from './readers/wait';
import { WORKFLOW_ID } from './start-sync';

export interface EntityStatus {
  phase: string;
  done: number;
  total: number;
  parked: number;
  lagSeconds: number;
  stopped?: string;
  waiting?: { until: string; reason: string };
}

/** What the query `status` answers: a contract with its users (DESIGN §3), so it is written down here again. */
export interface Status {
  phase: string;
  paused: boolean;
  reason?: string;
  cycles: number;
  entities: Record<string, EntityStatus>;
  feeds?: Record<string, string>;
  dropped?: string[];
}

const ATTEMPTS = 5;

/** Asks the sync how it is. */
export class StatusReader {
  private constructor(
    private readonly connection: Connection,
    private readonly client: Client,
  ) {}

  static async connect({ file }: Pick<DevHandle, 'file'>): Promise<StatusReader> {
    const connection = await Connection.connect({ address: file.temporal.address });
    return new StatusReader(connection, new Client({ connection, namespace: file.temporal.namespace }));
  }

  /** A query may meet a worker that is busy or a run that has just ended: it is asked again a few times. */
  async read(): Promise<Status> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.client.workflow.getHandle(WORKFLOW_ID).query<Status>('status');
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await wait(1_000);
      }
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

/** Throws if the sync says that someone has to act. */
export function refuseStopped({ phase, reason, entities }: Status): void {
  if (phase === 'stopped') throw new Error(`the sync has stopped: ${reason ?? 'it gives no reason'}`);
  for (const [name, { stopped }] of Object.entries(entities)) {
    if (stopped !== undefined) throw new Error(`the sync of ${name} has stopped: ${stopped}`);
  }
}

/** Everything imported. */
export const isImported = ({ phase, entities }: Status): boolean =>
  phase === 'loop' && Object.values(entities).every(({ phase: at }) => at === 'loop');

/** Everything imported, both systems looked at since then, and nothing waiting to be carried over. */
export const isCaughtUp = (status: Status): boolean =>
  isImported(status) && status.cycles > 0 && Object.values(status.entities).every(({ lagSeconds }) => lagSeconds === 0);
