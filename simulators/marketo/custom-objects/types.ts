import type { DataType, Field } from '../fields';
import { field } from '../fields';
import { fieldMap } from '../objects/definitions';
import type { ObjectStore } from '../objects/store';
import type { ObjectType } from '../objects/types';

/** A field as the schema API knows it. */
export interface SchemaField {
  name: string;
  displayName: string;
  description: string | null;
  dataType: DataType;
  isDedupeField: boolean;
  relatedTo?: { name: string; field: string };
}

/** A custom object type: what is approved (and has records), and what is only drafted. */
export interface CustomObjectType {
  apiName: string;
  displayName: string;
  pluralName: string;
  description: string | null;
  showInLeadDetail: boolean;
  approved: SchemaField[] | null;
  draft: SchemaField[] | null;
  /** Fields of the first approval; at most 20 more may follow (marketo-api §6.4). */
  firstApproved: number;
  createdAt: number;
  updatedAt: number;
  store: ObjectStore | null;
}

/** All custom object types of the instance. Names carry the suffix `_c` (marketo-api §6.4). */
export class CustomObjects {
  private types = new Map<string, CustomObjectType>();

  all(): CustomObjectType[] {
    return [...this.types.values()];
  }

  /** By its name in record calls, or by the name it was created under. */
  get(name: string): CustomObjectType | undefined {
    return this.types.get(name) ?? this.types.get(`${name}_c`);
  }

  add(type: CustomObjectType): void {
    this.types.set(type.apiName, type);
  }

  remove(type: CustomObjectType): void {
    this.types.delete(type.apiName);
  }

  /** After a merge the records linked to the loser's id belong to the winner. */
  relink(from: number, to: number): void {
    for (const { approved, store } of this.types.values()) {
      for (const link of approved ?? []) {
        if (!store || link.relatedTo?.name !== 'lead' || link.relatedTo.field !== 'id') continue;
        for (const record of store.find(link.name, from)) {
          store.replace(record, { ...record.values, [link.name]: to }, record.updatedAt);
        }
      }
    }
  }
}

/** The record-level type of an approved custom object; a link has the data type of the field it points at. */
export function recordType(type: CustomObjectType, now: number): ObjectType {
  const fields: Map<string, Field> = fieldMap('marketoGUID', []);
  const approved = type.approved ?? [];
  approved.forEach((one, index) => {
    const length = one.dataType === 'text' ? { length: 2000 } : {};
    const dataType = one.dataType === 'link' ? linkType(one) : one.dataType;
    fields.set(
      one.name,
      field(10 + index, one.name, dataType, { displayName: one.displayName, custom: true, ...length }),
    );
  });
  const dedupeFields = approved.filter((one) => one.isDedupeField).map((one) => one.name);
  const links = approved.filter((one) => one.relatedTo !== undefined);
  const single = new Set([...links.map((one) => one.name), ...(dedupeFields.length === 1 ? dedupeFields : [])]);
  return {
    name: type.apiName,
    displayName: type.displayName,
    description: type.description,
    area: 'Custom Object',
    idField: 'marketoGUID',
    dedupeFields,
    searchable: [
      ...(dedupeFields.length > 1 ? [dedupeFields] : []),
      ['marketoGUID'],
      ...[...single].map((name) => [name]),
    ],
    fields,
    relationships: links.map((one) => ({
      field: one.name,
      type: 'child',
      relatedTo: one.relatedTo as { name: string; field: string },
    })),
    idOnlyForUpdate: true,
    createdAt: type.createdAt,
    updatedAt: now,
  };
}

function linkType({ relatedTo }: SchemaField): DataType {
  return relatedTo?.field === 'id' ? 'integer' : 'string';
}
