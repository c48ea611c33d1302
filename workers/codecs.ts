import type { Payload, PayloadCodec } from '@temporalio/common';
import { UNREADABLE } from '../model/unreadable';
import { logger } from './telemetry';

/**
 * A worker decodes every payload of a task before the workflow sees any (Temporal's WorkflowCodecRunner), so that a codec which throws
 * over one person's signal would fail the task again and again. Instead, a payload that cannot be decoded is marked as unreadable. The
 * workflow then decides: a message that is unreadable is ignored (workflows/rubbish.ts), while a carried state or a result that is
 * unreadable fails the task until a worker that can decode it takes over.
 */
export function tolerant(codec: PayloadCodec): PayloadCodec {
  return {
    encode: (payloads, context) => codec.encode(payloads, context),
    decode: async (payloads, context) => {
      const decode = async (some: Payload[]): Promise<Payload[]> => {
        const decoded = await codec.decode(some, context);
        if (decoded.length !== some.length || !decoded.every(isPayload))
          throw new TypeError('not as many payloads as given');
        return decoded;
      };
      const alone = async (payload: Payload): Promise<Payload> => {
        try {
          return (await decode([payload]))[0] as Payload;
        } catch (error) {
          logger.warn('a payload cannot be decoded', { error: error instanceof Error ? error.name : 'unknown' });
          return { metadata: { encoding: Buffer.from(UNREADABLE) }, data: null };
        }
      };
      return await decode(payloads).catch(() => Promise.all(payloads.map(alone)));
    },
  };
}

const isPayload = (value: unknown): value is Payload => typeof value === 'object' && value !== null;
