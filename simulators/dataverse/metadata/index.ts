import type { ApiResponse, Context } from '../context';
import { DataverseError } from '../errors';
import { readOptions } from '../odata/options';
import type { Segment } from '../web/path';
import { byKey, itemAnswer, listAnswer } from './answer';
import type { Metadata } from './attributes';
import { readCsdl } from './csdl';
import { readDefinitions } from './definitions';
import { globalOptionSets } from './option-sets';
import { relationships } from './relationships';

type Read = (context: Context, first: Segment, rest: readonly Segment[]) => ApiResponse;

/** The addresses of metadata (dataverse-api §8), by their first segment. */
export const METADATA: Record<string, Read> = {
  $metadata: readCsdl,
  EntityDefinitions: readDefinitions,
  RelationshipDefinitions: listed('SchemaName', (context, cast) => relationships(context.database, cast)),
  GlobalOptionSetDefinitions: listed('Name', (context, cast) => globalOptionSets(context.database, cast)),
};

/** A collection of definitions, of which one is read by MetadataId or by its name; a cast narrows either. */
function listed(name: string, items: (context: Context, cast: string | undefined) => Metadata[]): Read {
  return (context, first, rest) => {
    const options = readOptions(context.query);
    const cast = rest[0]?.name.startsWith('Microsoft.Dynamics.CRM.') ? rest[0].name : undefined;
    const all = items(context, cast);
    if (first.key === undefined) return listAnswer(context, first.name, all, options);
    const found = byKey(all, first.key, [name]);
    if (!found) throw new DataverseError(404, '0x80040217', `No ${first.name} with the key ${first.key} exists.`);
    return itemAnswer(context, first.name, found, cast ? rest.slice(1) : rest, options);
  };
}
