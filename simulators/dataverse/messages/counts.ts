import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { badQuery, DataverseError } from '../errors';

/** `GET RetrieveTotalRecordCount(EntityNames=@p1)?@p1=["account"]`; real counts, where the vendor's may be a day old. */
export function retrieveTotalRecordCount(context: Context, argument: string): ApiResponse {
  const given = argument.replace(/^EntityNames=/, '').trim();
  const text = given.startsWith('@') ? (context.query.get(given) ?? '') : given;
  const names = readNames(text);
  const counts = names.map((name) => {
    const store = context.database.find(name);
    if (!store) throw new DataverseError(400, '0x80040203', `The entity with a name = '${name}' was not found.`);
    return store.rows.size;
  });
  const body = {
    '@odata.context': `${context.api}/$metadata#Microsoft.Dynamics.CRM.RetrieveTotalRecordCountResponse`,
    EntityRecordCountCollection: { Count: names.length, IsReadOnly: false, Keys: names, Values: counts },
  };
  return jsonAnswer(JSON.stringify(body));
}

function readNames(text: string): string[] {
  try {
    const names: unknown = JSON.parse(text.replaceAll("'", '"'));
    if (Array.isArray(names)) return names.map(String);
  } catch {
    // falls through to the refusal below
  }
  throw badQuery('EntityNames is not an array of logical names.');
}
