import type { CallInfo, Common } from '../../common/types';
import type { ApiRequest, ApiResponse } from '../context';
import { DataverseError } from '../errors';
import { type Made, noteMade, resolved } from './content-id';
import { type Answered, type BatchItem, readMultipart, writeMultipart } from './multipart';
import { refusal, type Session } from './operation';
import { BatchEnded, runPart } from './part';

const MAX_OPERATIONS = 1000;
const MAX_ADDRESS = 65_536; // letters (dataverse-api §3.1)

class ChangeSetFailed extends Error {
  constructor(readonly answered: Answered) {
    super('a part of the change set failed');
  }
}

/**
 * `POST $batch`: parts in order; a change set is one transaction. Without continue-on-error the first failure ends the
 * batch and gives its own status to the whole answer (dataverse-api §5.5).
 */
export function runBatch(
  session: Session,
  common: Common,
  request: ApiRequest,
  continueOnError: boolean,
  call: CallInfo,
): ApiResponse {
  const items = readMultipart(request.headers['content-type'] ?? '', request.body);
  const operations = items.reduce((sum, item) => sum + ('part' in item ? 1 : item.changeSet.length), 0);
  call.records = operations;
  call.wrote = items.some((item) => 'changeSet' in item || item.part.method !== 'GET');
  if (operations > MAX_OPERATIONS) {
    throw new DataverseError(400, '0x80060888', `The batch holds more than ${MAX_OPERATIONS} operations.`);
  }
  checkAddresses(session, items);
  const answers: (Answered | Answered[])[] = [];
  try {
    for (const item of items) {
      const answered = runItem(session, common, call, item);
      answers.push(answered);
      const failed = !Array.isArray(answered) && answered.answer.status >= 400 ? answered : undefined;
      if (failed && !continueOnError) return multipart([failed], failed.answer.status);
    }
  } catch (error) {
    if (!(error instanceof BatchEnded)) throw error;
  }
  return multipart(answers, 200);
}

/** A part within a batch is a call of the same organisation, no batch itself, and no longer than the service takes. */
function checkAddresses(session: Session, items: readonly BatchItem[]): void {
  const { origin } = new URL(session.api);
  for (const part of items.flatMap((item) => ('part' in item ? [item.part] : item.changeSet))) {
    const refuse = (text: string): DataverseError => new DataverseError(400, '0x80060888', text);
    if (part.origin !== null && part.origin !== origin) throw refuse('A part of the batch is for another service.');
    if (part.path === '$batch') throw refuse('A batch cannot hold a batch.');
    if (part.path.length + part.rawQuery.length > MAX_ADDRESS) throw refuse('The address of a part is too long.');
  }
}

function multipart(answers: (Answered | Answered[])[], status: number): ApiResponse {
  const { type, body } = writeMultipart(answers);
  return { status, headers: { 'content-type': type, 'odata-version': '4.0' }, body };
}

function runItem(session: Session, common: Common, call: CallInfo, item: BatchItem): Answered | Answered[] {
  if ('part' in item) {
    const ran = runPart(session, common, call, item.part);
    return { ...ran, answer: ran.instead ?? ran.answer };
  }
  const made: Made = new Map();
  try {
    const ran = session.database.transaction(() =>
      item.changeSet.map((part) => {
        const answered = runPart(session, common, call, resolved(part, made));
        if (answered.answer.status >= 400) throw new ChangeSetFailed(answered);
        noteMade(part, answered.answer, made);
        return answered;
      }),
    );
    const denied = ran.find(({ instead }) => instead);
    return denied?.instead ? { answer: denied.instead, contentId: denied.contentId } : ran;
  } catch (error) {
    if (error instanceof ChangeSetFailed) return error.answered;
    if (error instanceof DataverseError) return { answer: refusal(error), contentId: undefined };
    throw error;
  }
}
