import type { Common } from '../../common/app';
import type { ApiRequest, ApiResponse } from '../context';
import { DataverseError } from '../errors';
import { type Answered, type BatchItem, type Part, readMultipart, writeMultipart } from './multipart';
import { codeOf, operate, refusal, type Session } from './operation';
import { endpointOf } from './path';

const MAX_OPERATIONS = 1000;

class ChangeSetFailed extends Error {
  constructor(readonly answered: Answered) {
    super('a part of the change set failed');
  }
}

/**
 * `POST $batch`: parts in order; a change set is one transaction. Without continue-on-error the first failure ends the
 * batch and gives its own status to the whole answer (dataverse-api §5.5).
 */
export function runBatch(session: Session, common: Common, request: ApiRequest, continueOnError: boolean): ApiResponse {
  const items = readMultipart(request.headers['content-type'] ?? '', request.body);
  const operations = items.reduce((sum, item) => sum + ('part' in item ? 1 : item.changeSet.length), 0);
  if (operations > MAX_OPERATIONS) {
    throw new DataverseError(400, '0x80060888', `The batch holds more than ${MAX_OPERATIONS} operations.`);
  }
  const answers: (Answered | Answered[])[] = [];
  for (const item of items) {
    const answered = runItem(session, common, item);
    answers.push(answered);
    const failed = !Array.isArray(answered) && answered.answer.status >= 400 ? answered : undefined;
    if (failed && !continueOnError) return multipart([failed], failed.answer.status);
  }
  return multipart(answers, 200);
}

function multipart(answers: (Answered | Answered[])[], status: number): ApiResponse {
  const { type, body } = writeMultipart(answers);
  return { status, headers: { 'content-type': type, 'odata-version': '4.0' }, body };
}

function runItem(session: Session, common: Common, item: BatchItem): Answered | Answered[] {
  if ('part' in item) return runPart(session, common, item.part);
  const made = new Map<string, string>();
  try {
    return session.database.transaction(() =>
      item.changeSet.map((part) => {
        const answered = runPart(session, common, referenced(part, made));
        if (answered.answer.status >= 400) throw new ChangeSetFailed(answered);
        const url = answered.answer.headers['odata-entityid'];
        if (part.contentId !== undefined && url !== undefined) made.set(part.contentId, url);
        return answered;
      }),
    );
  } catch (error) {
    if (error instanceof ChangeSetFailed) return error.answered;
    if (error instanceof DataverseError) return { answer: refusal(error), contentId: undefined };
    throw error;
  }
}

/** Puts the rows made earlier in place of `$1` in address and body. */
function referenced(part: Part, made: ReadonlyMap<string, string>): Part {
  const replace = (text: string): string =>
    text.replace(/\$(\d+)/g, (_whole, id: string) => {
      const url = made.get(id);
      if (url !== undefined) return url.replace(/^.*\/(?=[^/]+$)/, '');
      throw new DataverseError(
        400,
        '0x80060888',
        `Content-ID Reference: '$${id}' does not exist in the batch context.`,
      );
    });
  const body = part.body.replace(/"\/?(\$\d+)"/g, (_whole, reference: string) => `"${replace(reference)}"`);
  return { ...part, path: /^\$\d+/.test(part.path) ? replace(part.path) : part.path, body };
}

function runPart(session: Session, common: Common, part: Part): Answered {
  const endpoint = endpointOf(part.method, part.path);
  const fault = common.faults.take(endpoint);
  const struck = fault?.kind === 'status' || fault?.kind === 'error';
  const answer = struck
    ? refusal(faultError(fault.status, fault.code, fault.message, fault.retryAfterSeconds))
    : operate(session, part);
  const code = codeOf(answer);
  common.calls.record({
    at: common.clock.now(),
    method: part.method,
    endpoint,
    status: answer.status,
    write: part.method !== 'GET',
    ...(code !== undefined && { code }),
  });
  return { answer, contentId: part.contentId };
}

/** The refusal a fault asks for; 503 without a code where it says nothing. */
export function faultError(
  status = 503,
  code = '0x80040216',
  message = 'A simulated fault.',
  retryAfterSeconds?: number,
) {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new DataverseError(status, code, message, headers);
}
