import { type JsonObject, objects, text } from '../answer';
import { isApiError } from '../errors';
import { guid } from './checks';
import { isSecured } from './table-columns';
import type { Transport } from './transport';

/** Of a column security profile: to read without the mask, of all records; 1 is of one record a request. */
const ALL_RECORDS = 3;

/**
 * MetadataIds of the secured columns that our user may read as they are: a secured column without the right to read is told as null, and one
 * without the right to read it unmasked may be told with a mask. Nothing is asked where no column is secured.
 *
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveprincipalattributeprivileges
 */
export async function columnRights(
  transport: Transport,
  user: () => Promise<string>,
  definition: JsonObject,
): Promise<ReadonlySet<string>> {
  if (!objects(definition.Attributes).some(isSecured)) return new Set();
  const operation = 'table.column-rights';
  const name = 'Microsoft.Dynamics.CRM.RetrievePrincipalAttributePrivileges()';
  try {
    const answer = await transport.json({
      operation,
      answers: 'metadata',
      url: `${transport.settings.api}/systemusers(${guid(operation, await user())})/${name}`,
      names: ['systemusers'],
    });
    return new Set(objects(answer.AttributePrivileges).filter(mayRead).map(attributeOf));
  } catch (error) {
    // Nobody says that we may read them, so they are left out.
    if (isApiError(error, 'authority', 'configuration', 'refused', 'gone')) return new Set();
    throw error;
  }
}

const attributeOf = ({ AttributeId }: JsonObject): string => (text(AttributeId) ?? '').toLowerCase();

/** An organisation of before masking does not tell of it. */
const mayRead = ({ CanRead, CanReadUnMasked = ALL_RECORDS }: JsonObject): boolean =>
  Number(CanRead) > 0 && Number(CanReadUnMasked) >= ALL_RECORDS;
