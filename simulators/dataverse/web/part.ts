import { type Fault, retryAfterOf } from '../../common/fault';
import type { CallInfo, Common } from '../../common/types';
import type { ApiResponse } from '../context';
import { faultError } from './fault-error';
import type { Answered, Part } from './multipart';
import { codeOf, operate, refusal, type Session } from './operation';
import { endpointOf } from './path';
import { refused } from './refused';

/** Ends a batch at a part, with whatever the fault of the call has in store for the whole answer. */
export class BatchEnded extends Error {}

/** A part that was run; `instead` = what the caller is told in place of the truth. */
export interface Ran extends Answered {
  instead?: ApiResponse;
}

/** Runs one part of a $batch and counts it as a call of its own; a fault may strike it by its own endpoint. */
export function runPart(session: Session, common: Common, call: CallInfo, part: Part): Ran {
  const endpoint = endpointOf(part.method, part.path);
  const fault = common.faults.take(endpoint, () => `${part.path} ${part.body}`);
  const instead = fault && strike(session, call, part, fault);
  const answer = instead && !fault.commit ? instead : operate(session, part);
  const code = codeOf(instead ?? answer);
  common.calls.record({
    at: common.clock.now(),
    method: part.method,
    endpoint,
    status: (instead ?? answer).status,
    write: part.method !== 'GET',
    ...(code !== undefined && { code }),
  });
  return { answer, contentId: part.contentId, ...(instead && { instead }) };
}

/**
 * A fault met at a part: an error is the part's own answer, all else concerns the connection, so the whole batch; what
 * prevents the work prevents it from this part on. The parts of a change set share its fate.
 */
function strike(session: Session, call: CallInfo, part: Part, fault: Fault): ApiResponse | undefined {
  const { kind, commit } = fault;
  if (kind === 'status' || kind === 'error') {
    call.struck = kind;
    const error = faultError(fault.status, fault.code, fault.message, retryAfterOf(fault));
    if (!commit && part.method !== 'GET') session.ledger.refusal(refused(session.database, part, error));
    return refusal(error);
  }
  if (kind === 'reset-before') call.fault ??= { ...fault, kind: 'reset-after' };
  else if (kind === 'slow') call.fault ??= { ...fault, kind: 'slow-after' };
  else call.fault ??= kind === 'html' || kind === 'hang' ? { ...fault, commit: true } : fault;
  if (kind === 'reset-before' || ((kind === 'html' || kind === 'hang') && !commit)) throw new BatchEnded();
  return undefined;
}
