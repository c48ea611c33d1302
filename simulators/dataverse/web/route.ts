import { type ApiResponse, type Context, jsonAnswer } from '../context';
import { MESSAGES } from '../messages';
import { METADATA } from '../metadata';
import { segments } from './path';
import { readRows } from './read-routes';
import { writeRoute, wrongMethod } from './write-route';

/** Runs one operation; throws DataverseError. */
export function route(context: Context): ApiResponse {
  const [first, second, ...rest] = segments(context.request.path);
  if (!first) return serviceDocument(context);
  const metadata = METADATA[first.name];
  if (metadata) {
    allow(context, 'GET');
    return metadata(context, first, second ? [second, ...rest] : []);
  }
  const message = MESSAGES[first.name];
  if (message) {
    allow(context, message.method);
    return message.run(context, first.key ?? '');
  }
  const store = context.database.set(first.name);
  if (context.request.method !== 'GET') return writeRoute(context, store, first, second ? [second, ...rest] : []);
  return readRows(context, first, second ? [second, ...rest] : []);
}

function allow(context: Context, method: string): void {
  if (context.request.method !== method) throw wrongMethod(context.request.method);
}

function serviceDocument(context: Context): ApiResponse {
  const value = [...context.database.stores()].map(({ table }) => ({
    name: table.setName,
    kind: 'EntitySet',
    url: table.setName,
  }));
  return jsonAnswer(JSON.stringify({ '@odata.context': `${context.api}/$metadata`, value }));
}
