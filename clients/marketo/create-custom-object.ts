import { type JsonObject, objects, text } from '../answer';
import { ApiError } from '../errors';
import { customObjects } from './custom-objects';
import { MESSAGE, resultsOf } from './envelope';
import { pathName } from './limits';
import { mentioned } from './mentioned';
import { codeOf } from './sync-results';
import type { Transport } from './transport';
import type { CustomObjectType } from './types';

const OPERATION = 'customobjects.create-type';

/**
 * Draft, fields, approval; takes up where an attempt before it was broken off (marketo-api §6.4).
 *
 * @returns the API name for record calls
 * @throws ApiError `configuration` with 616 where the instance is not entitled to it
 */
export async function createCustomObject(transport: Transport, type: CustomObjectType): Promise<string> {
  const wanted = pathName(OPERATION, type.apiName);
  const existing = await find(transport, wanted);
  // The instance may have given it another name than ours.
  const apiName = pathName(OPERATION, text(existing?.apiName) ?? wanted);
  if (existing === undefined) await post(transport, 'schema.json', draftOf(type));
  const there = new Set(objects(existing?.fields).map(({ name }) => text(name)?.toLowerCase()));
  const input = type.fields.filter(({ name }) => !there.has(name.toLowerCase()));
  const names = input.map(({ name }) => name);
  if (input.length > 0) await post(transport, `schema/${apiName}/addField.json`, { input }, names);
  if (existing?.state !== 'approved' || input.length > 0) await post(transport, `schema/${apiName}/approve.json`, {});
  return recordName(transport, wanted);
}

const draftOf = ({ apiName, displayName, pluralName }: CustomObjectType) => ({
  action: 'createOnly',
  apiName,
  displayName,
  pluralName,
  showInLeadDetail: true,
});

/** The type, if there is one: a draft of an earlier attempt, or one that somebody made by hand. */
async function find(transport: Transport, apiName: string): Promise<JsonObject | undefined> {
  const envelope = await transport.call({
    operation: OPERATION,
    path: 'customobjects/schema.json',
    answers: 'metadata',
    permission: 'Read-Only Custom Object Type',
  });
  return resultsOf(envelope).find((item) => isNamed(text(item.apiName) ?? text(item.name), apiName));
}

async function post(transport: Transport, path: string, body: object, names: readonly string[] = []): Promise<void> {
  const envelope = await transport.call({
    operation: OPERATION,
    path: `customobjects/${path}`,
    answers: 'written',
    body,
    write: true,
    permission: 'Read-Write Custom Object Type',
    names,
  });
  for (const item of resultsOf(envelope)) {
    if (item.status !== 'skipped') continue;
    const reason = objects(item.reasons)[0];
    const field = mentioned((text(reason?.message) ?? '').slice(0, MESSAGE), names);
    throw new ApiError({
      api: 'marketo',
      operation: OPERATION,
      kind: 'configuration',
      status: 200,
      code: codeOf(reason ?? {}),
      ...(field === undefined ? {} : { about: field }),
    });
  }
}

async function recordName(transport: Transport, apiName: string): Promise<string> {
  const names = await customObjects(transport);
  const name = names.find((candidate) => isNamed(candidate, apiName));
  if (name !== undefined) return name;
  throw new ApiError({
    api: 'marketo',
    operation: OPERATION,
    kind: 'transient',
    code: 'NOT_LISTED_YET',
    about: apiName,
  });
}

const isNamed = (candidate: string | undefined, apiName: string): boolean => {
  const name = candidate?.toLowerCase();
  return name === apiName.toLowerCase() || name === `${apiName.toLowerCase()}_c`;
};
