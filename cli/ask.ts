import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Requests } from '../clients/mongo/requests';
import { connectClient } from '../clients/temporal/connect';
import { Refused } from './operator';

/**
 * Stores what an operator asks for, and signals its id to the sync; nothing is stored where none runs.
 *
 * @returns the request's id
 * @throws Refused where no sync runs under that workflow id
 */
export async function ask<T extends { entity: string }>(
  requests: Requests<T>,
  workflowId: string,
  signal: 'push' | 'resync',
  request: T,
): Promise<string> {
  const { client, connection } = await connectClient();
  try {
    const handle = client.workflow.getHandle(workflowId);
    if (!(await isRunning(handle)))
      throw new Refused(`no sync runs as ${workflowId}: start it, or say which by --workflow-id`);
    const id = randomUUID();
    await requests.add(id, request);
    const payload = signal === 'resync' ? { entity: request.entity, request: id } : { request: id };
    await handle.signal(signal, payload);
    return id;
  } finally {
    await connection.close();
  }
}

async function isRunning(handle: { describe(): Promise<{ status: { name: string } }> }): Promise<boolean> {
  try {
    return (await handle.describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
