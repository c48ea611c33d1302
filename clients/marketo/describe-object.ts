import { firstResult } from './envelope';
import { fieldsOf } from './fields';
import { permissionFor } from './permissions';
import type { Transport } from './transport';
import type { FieldMetadata, ObjectPath } from './types';

/** @throws ApiError `configuration` for a custom object that isn't there */
export async function describeObject(transport: Transport, path: ObjectPath): Promise<FieldMetadata[]> {
  const envelope = await transport.call({
    operation: `${path}.describe`,
    path: `${path}/describe.json`,
    answers: 'metadata',
    permission: permissionFor(path, 'Read-Only'),
    names: [path],
  });
  return fieldsOf(firstResult(envelope));
}
