import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Status } from './status';

/**
 * Names are contract: people type them. A signal takes nothing, an entity's name, or `{ "entity": … }`; resync also
 * `{ "entity": …, "request": … }`, the id of what `npm run resync` has stored.
 */
export const pause = defineSignal<[unknown?]>('pause');
export const resume = defineSignal<[unknown?]>('resume');
export const resync = defineSignal<[unknown?]>('resync');
/** Persons of Marketo that are to become rows of Dynamics: model/push.ts says what it takes. */
export const push = defineSignal<[unknown?]>('push');
export const status = defineQuery<Status>('status');

/** What a message asks for: everything, one entity, or nothing that can be understood. */
export type Scope = { kind: 'all' } | { kind: 'entity'; entity: string; request?: string } | { kind: 'rubbish' };

/** Dataverse has no longer name for a table. */
const NAME = /^[a-z][a-z0-9_]{0,127}$/i;
export const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

/** Signals come from a keyboard: anything may be in them, and nothing of it may fail the workflow. */
export function scopeOf(payload: unknown): Scope {
  if (payload === undefined || payload === null) return { kind: 'all' };
  const given = (typeof payload === 'object' && !Array.isArray(payload) ? payload : { entity: payload }) as Record<
    string,
    unknown
  >;
  const { entity, request } = given;
  const name = typeof entity === 'string' ? entity.trim().toLowerCase() : undefined;
  if (!isName(name)) return { kind: 'rubbish' };
  if (request !== undefined && (typeof request !== 'string' || !/^[\w-]{1,64}$/.test(request))) {
    return { kind: 'rubbish' };
  }
  return { kind: 'entity', entity: name, ...(request !== undefined && { request }) };
}
