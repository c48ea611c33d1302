import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Status } from './status';

/** Names are contract: people type them. A signal takes nothing, an entity's name, or `{ "entity": … }`. */
export const pause = defineSignal<[unknown?]>('pause');
export const resume = defineSignal<[unknown?]>('resume');
export const resync = defineSignal<[unknown?]>('resync');
export const status = defineQuery<Status>('status');

/** What a message asks for: everything, one entity, or nothing that can be understood. */
export type Scope = { kind: 'all' } | { kind: 'entity'; entity: string } | { kind: 'rubbish' };

/** Signals come from a keyboard: anything may be in them, and nothing of it may fail the workflow. */
export function scopeOf(payload: unknown): Scope {
  if (payload === undefined || payload === null) return { kind: 'all' };
  const entity =
    typeof payload === 'object' && !Array.isArray(payload) ? (payload as Record<string, unknown>).entity : payload;
  return typeof entity === 'string' && /^[a-z][a-z0-9_]*$/i.test(entity.trim())
    ? { kind: 'entity', entity: entity.trim().toLowerCase() }
    : { kind: 'rubbish' };
}
