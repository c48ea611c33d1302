import type { FastifyRequest } from 'fastify';
import type { FaultKind } from './fault';
import type { CallInfo, Common } from './types';

/** Kinds after which the caller has no answer, whatever status it was to get. */
const UNANSWERED: readonly FaultKind[] = ['cut', 'reset-after', 'hang'];

/** Notes a call that has ended, in the call log and in the ledger; there its status is 0 where the caller got no answer. */
export function noteCall({ clock, calls, ledger }: Common, request: FastifyRequest, status: number): void {
  const sim = request.sim ?? unreadable(request, clock.tick(), clock.now());
  const { seq, at, by, endpoint, write, wrote, records, changes, struck, fault } = sim;
  const { method } = request;
  const code = sim.code === undefined ? {} : { code: sim.code };
  calls.record({ at: clock.now(), method, endpoint, status, write, ...code });
  const died = request.raw.socket.destroyed || (fault !== undefined && UNANSWERED.includes(fault.kind));
  const kind = fault?.kind ?? struck;
  const wrong = died || status >= 400 || sim.code !== undefined || kind !== undefined;
  const keys = wrong ? (sim.keys?.() ?? []) : [];
  ledger.call({
    ...{ seq, at, by, method, endpoint, status: died ? 0 : status, ...code, write: wrote ?? write },
    ...(changes && { changes }),
    ...(records !== undefined && { records }),
    ...(keys.length > 0 && { keys }),
    ...(kind !== undefined && { fault: kind }),
  });
}

/** A request that failed before anything was known of it. */
function unreadable({ method }: FastifyRequest, seq: number, at: number): CallInfo {
  return { seq, at, by: 'api:unknown', endpoint: `${method} (unreadable)`, write: false };
}
