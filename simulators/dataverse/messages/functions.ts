import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { noSuchResource } from '../errors';
import { metadataId } from '../metadata/labels';
import { rightsOn } from '../read/secured';
import type { Table } from '../types';

const NAMESPACE = 'Microsoft.Dynamics.CRM.';

/** Functions bound to a row, as `table.function`. */
const OF_ROWS: Readonly<Record<string, (context: Context) => ApiResponse>> = {
  'systemuser.RetrievePrincipalAttributePrivileges': attributePrivileges,
};

export const isFunction = (segment: string): boolean => segment.startsWith(NAMESPACE);

/** `GET {set}(key)/Microsoft.Dynamics.CRM.{function}()`; throws 404 where the table has no such function. */
export function rowFunction(context: Context, { logicalName }: Table, segment: string): ApiResponse {
  const run = OF_ROWS[`${logicalName}.${segment.replace(NAMESPACE, '')}`];
  if (!run) throw noSuchResource(segment);
  return run(context);
}

/** Of a column security profile: a right is 4 or 0, that to read without the mask 3 (of all records) or 0. */
const granted = (right: boolean): number => (right ? 4 : 0);

/** The rights of a principal on secured columns, over all tables; of a column that no profile names there is nothing. */
function attributePrivileges(context: Context): ApiResponse {
  const AttributePrivileges = [...context.database.stores()].flatMap(({ table: { logicalName, columns } }) =>
    [...columns.keys()].flatMap((name) => {
      const rights = rightsOn(context.settings, logicalName, name);
      if (!rights?.read) return [];
      return [
        {
          AttributeId: metadataId(logicalName, name),
          CanRead: granted(rights.read),
          CanReadUnMasked: rights.unmasked ? 3 : 0,
          CanCreate: granted(rights.write),
          CanUpdate: granted(rights.write),
        },
      ];
    }),
  );
  const url = `${context.api}/$metadata#Microsoft.Dynamics.CRM.RetrievePrincipalAttributePrivilegesResponse`;
  return jsonAnswer(JSON.stringify({ '@odata.context': url, AttributePrivileges }));
}
