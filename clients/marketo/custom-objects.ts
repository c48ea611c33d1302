import { text } from '../answer';
import { resultsOf } from './envelope';
import type { Transport } from './transport';

/** API names for record calls: a type made as `car` is mostly called `car_c` there, so they are read, never guessed. */
export async function customObjects(transport: Transport): Promise<string[]> {
  const envelope = await transport.call({
    operation: 'customobjects.list',
    path: 'customobjects.json',
    answers: 'metadata',
    permission: 'Read-Only Custom Object',
  });
  return resultsOf(envelope).flatMap(({ name, apiName }) => text(name) ?? text(apiName) ?? []);
}
