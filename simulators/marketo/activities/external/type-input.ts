import { FIELD_TYPES } from '../../custom-objects/fields';
import { MarketoFault } from '../../errors';
import type { ExternalType, TypeAttribute, TypeVersion } from './types';

type Sent = Record<string, unknown>;

/** A type as sent to be created, or to be changed where `held` is what it was (marketo-api §5.8). */
export function readVersion(body: unknown, held?: TypeVersion): { apiName: string; version: TypeVersion } {
  const sent = (body ?? {}) as Sent;
  const text = (name: 'name' | 'triggerName' | 'filterName') => requiredText(sent, name, held?.[name]);
  const apiName = requiredText(sent, 'apiName', held && '-');
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(apiName) && !held) {
    throw new MarketoFault('1003', `Invalid value for apiName '${apiName}'`);
  }
  if (sent.primaryAttribute === undefined && !held) throw new MarketoFault('701', 'primaryAttribute cannot be blank');
  return {
    apiName,
    version: {
      name: text('name'),
      triggerName: text('triggerName'),
      filterName: text('filterName'),
      description: typeof sent.description === 'string' ? sent.description : (held?.description ?? null),
      primaryAttribute:
        sent.primaryAttribute === undefined && held
          ? held.primaryAttribute
          : readAttribute(sent.primaryAttribute, true),
      attributes: held?.attributes ?? [],
    },
  };
}

/** The draft that a change goes to; the first change of an approved type makes one. */
export function draftOf(type: ExternalType): TypeVersion {
  return structuredClone((type.draft ?? type.approved) as TypeVersion);
}

/** `attributes` of a body; to be deleted they need no more than their API names. */
export function readAttributes(body: unknown, complete = true): TypeAttribute[] {
  const { attributes } = (body ?? {}) as { attributes?: unknown };
  if (!Array.isArray(attributes) || attributes.length === 0)
    throw new MarketoFault('701', 'attributes cannot be blank');
  return attributes.map((one) => readAttribute(one, complete));
}

/** The API names of attributes that must be there (1013). */
export function namedAttributes(draft: TypeVersion, sent: TypeAttribute[]): string[] {
  const missing = sent.find(({ apiName }) => !draft.attributes.some((one) => one.apiName === apiName));
  if (missing) throw new MarketoFault('1013', `Attribute '${missing.apiName}' not found`);
  return sent.map(({ apiName }) => apiName);
}

function readAttribute(sent: unknown, complete: boolean): TypeAttribute {
  const one = (sent ?? {}) as Sent;
  const dataType = one.dataType ?? 'string';
  if (!FIELD_TYPES.includes(dataType as never)) {
    throw new MarketoFault('1003', `Invalid value for dataType '${String(dataType)}'`);
  }
  return {
    apiName: requiredText(one, 'apiName'),
    name: requiredText(one, 'name', complete ? undefined : ''),
    dataType: dataType as string,
    description: typeof one.description === 'string' ? one.description : null,
  };
}

function requiredText(sent: Sent, name: string, fallback?: string): string {
  const value = sent[name] ?? fallback;
  if (typeof value !== 'string' || (value === '' && fallback === undefined)) {
    throw new MarketoFault('701', `${name} cannot be blank`);
  }
  return value;
}
