import { ApiError } from '../../clients/errors';
import type { World } from './world';

/** A write that was sent and never answered: the caller has given up on it. */
export interface LostWrite {
  /** Has it been sent? */
  sent(): boolean;
  /** The vendor carries it out now. */
  commit(): Promise<void>;
}

type Method =
  | { api: 'dynamics'; name: 'patch' }
  | { api: 'marketo'; name: 'syncLeads' | 'syncObjects' | 'deleteObjects' };

/** The next such write gets no answer; it is carried out when the test says so, or never. */
export function loseAnswer(world: World, { api, name }: Method): LostWrite {
  const client = world.deps[api] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const write = client[name] as (...given: unknown[]) => Promise<unknown>;
  let late: (() => Promise<unknown>) | undefined;
  client[name] = async (...given) => {
    client[name] = write;
    const last = given.at(-1);
    const beforeSend = typeof last === 'function' ? (last as () => Promise<void>) : undefined;
    await beforeSend?.();
    const asked = beforeSend ? given.slice(0, -1) : given;
    // What was asked for then, whatever becomes of the caller's objects.
    const copy = structuredClone(asked);
    late = () => write(...copy);
    throw new ApiError({ api, operation: name, kind: api === 'marketo' ? 'ambiguous' : 'transient' });
  };
  return {
    sent: () => late !== undefined,
    async commit() {
      const carryOut = late;
      if (!carryOut) throw new Error(`${name} was not called`);
      await carryOut();
    },
  };
}
