import { isApiError } from '../../clients/errors';
import { linkId } from '../../clients/mongo/links';
import type { Deps } from '../deps';
import type { BoundEntity } from '../schema';

/**
 * The row that a duplicate-detection rule takes for the same as these values, as `entity:guid`: in the table itself, else in the other
 * kind of person, since rules may match leads with contacts. `undefined` where Dynamics does not tell: the refusal counts all the same.
 */
export async function findDuplicate(
  { dynamics, settings }: Deps,
  { entity }: BoundEntity,
  values: Readonly<Record<string, unknown>>,
  own: string,
): Promise<string | undefined> {
  const persons = settings.entities.filter(({ target }) => target.kind === 'person').map(({ name }) => name);
  for (const table of [entity.name, ...persons.filter((name) => name !== entity.name)]) {
    try {
      const found = await dynamics.duplicates(entity.name, values, table);
      const other = found.find((id) => id !== own);
      if (other !== undefined) return linkId(table, other);
    } catch (error) {
      if (!isApiError(error, 'refused', 'bug', 'configuration', 'authority', 'gone')) throw error;
    }
  }
  return undefined;
}
