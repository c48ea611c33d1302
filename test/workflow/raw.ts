import { randomUUID } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import { QUEUES } from '../../model/queues';
import type { Harness } from './harness';

/** A payload as any client may send it. */
export const payload = (encoding: string | undefined, data: string | Uint8Array = ''): Payload => ({
  ...(encoding !== undefined && { metadata: { encoding: Buffer.from(encoding) } }),
  data: Buffer.from(data),
});

export const json = (text: string): Payload => payload('json/plain', text);

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** What no handler, and partly no converter, can make anything of. */
export const RUBBISH: readonly [what: string, payloads: readonly Payload[]][] = [
  ['json/protobuf', [payload('json/protobuf', '{"entity":"contact"}')]],
  ['binary/protobuf', [payload('binary/protobuf', 'x')]],
  ['an encoding that there is not', [payload('application/x-made-up', 'x')]],
  ['no encoding', [payload(undefined, 'x')]],
  ['an empty encoding', [payload('', 'x')]],
  ['JSON that is none', [json('{"entity":')]],
  ['JSON without data', [json('')]],
  ['bytes that are no UTF-8', [payload('json/plain', Uint8Array.of(0xff, 0xfe, 0x22, 0xc0))]],
  ['bytes', [payload('binary/plain', Buffer.alloc(1_000_000))]],
  ['a megabyte of text', [json(JSON.stringify('x'.repeat(1_000_000)))]],
  ['a megabyte in an object', [json(JSON.stringify({ entity: 'x'.repeat(1_000_000) }))]],
  ['deep nesting', [json(deep(400_000))]],
  ['deep nesting where a name stands', [json(`{"entity":${deep(400_000)}}`)]],
  ['a prototype', [json('{"__proto__":{"entity":"contact"}}')]],
  ['thousands of arguments', Array.from({ length: 20_000 }, () => payload('json/protobuf', 'x'))],
];

interface Target {
  workflowId: string;
}

/** Messages that no SDK would send. */
export function rawMessages({ env, namespace }: Harness) {
  const { workflowService } = env.connection;
  const workflowExecution = ({ workflowId }: Target) => ({ workflowId });
  return {
    signal: (target: Target, signalName: string, payloads: readonly Payload[]) =>
      workflowService.signalWorkflowExecution({
        namespace,
        workflowExecution: workflowExecution(target),
        signalName,
        input: { payloads: [...payloads] },
      }),
    query: (target: Target, queryType: string, payloads: readonly Payload[]) =>
      workflowService.queryWorkflow({
        namespace,
        execution: workflowExecution(target),
        query: { queryType, queryArgs: { payloads: [...payloads] } },
      }),
    update: (target: Target, name: string, payloads: readonly Payload[]) =>
      workflowService.updateWorkflowExecution({
        namespace,
        workflowExecution: workflowExecution(target),
        waitPolicy: { lifecycleStage: 3 },
        request: {
          meta: { updateId: randomUUID(), identity: 'test' },
          input: { name, args: { payloads: [...payloads] } },
        },
      }),
    start: (
      { workflowId }: Target,
      workflowType: string,
      payloads: readonly Payload[],
      memo: Record<string, Payload> = {},
    ) =>
      workflowService.startWorkflowExecution({
        namespace,
        workflowId,
        requestId: randomUUID(),
        workflowType: { name: workflowType },
        taskQueue: { name: QUEUES.sync },
        input: { payloads: [...payloads] },
        memo: { fields: memo },
      }),
  };
}
