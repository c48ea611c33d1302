import { type ApiError, isApiError } from '../clients/errors';
import type { Deps } from './deps';

/** Dataverse's code for a column that it does not know; activities/told-wrongly.ts uses it for one that may not be read any more. */
export const UNKNOWN_COLUMN = '0x80060888';

/**
 * What the vendors say of a column or field that is not there (any more): Dataverse of a `$select`, `$filter` or payload
 * (dataverse-api §3.1, §7), Marketo of the `fields` of a read (marketo-api §2.3). Of a write Marketo says it of the record.
 */
const UNKNOWN_FIELD: Partial<Record<ApiError['api'], ReadonlySet<string>>> = {
  dynamics: new Set([UNKNOWN_COLUMN, '0x80048d19']),
  marketo: new Set(['1006']),
};

const isUnknownField = (error: unknown): boolean =>
  isApiError(error, 'configuration') && UNKNOWN_FIELD[error.api]?.has(error.code ?? '') === true;

/**
 * Work that goes by the fields as they are: with what other workers have found out, and once more from its beginning
 * where an answer says that a field is unknown, with metadata read anew. All work of an activity can be begun again.
 */
export async function withCurrentFields<T>({ schema }: Pick<Deps, 'schema'>, work: () => Promise<T>): Promise<T> {
  await schema.follow();
  try {
    return await work();
  } catch (error) {
    if (!isUnknownField(error) || !schema.reread()) throw error;
    return work();
  }
}
