import { ApiError } from '../../../clients/errors';
import type { BeforeSend, MarketoClient, MarketoRecord } from '../../../clients/marketo/types';
import type { Instance } from './instance';
import type { Actor, Ledger } from './ledger';
import { isLong } from './long';
import type { ObjectStore } from './objects';
import { syncLeads } from './sync-leads';
import type { Line, Told } from './wire';

const [NEW_LEAD, CHANGE, DELETE] = [12, 13, 37];

/** Marketo over an instance in memory. @param line of the process that it is for */
export function memoryMarketo(instance: Instance, ledger: Ledger, line: Line): MarketoClient {
  const read = <T>(operation: string, work: () => T, more: Told = {}): Promise<T> =>
    line.call('marketo', operation, false, work, more);
  const readFeed = <T>(operation: string, work: () => T): Promise<T> => read(operation, work, { changes: true });
  const write = async <T>(
    operation: string,
    work: (actor: Actor) => T,
    beforeSend?: BeforeSend,
    records: readonly MarketoRecord[] = [],
  ): Promise<T> => {
    await beforeSend?.();
    return line.call('marketo', operation, true, work, {}, records);
  };
  const store = (path: string): ObjectStore => {
    const found = instance.objects.get(path);
    if (found) return found;
    throw new ApiError({ api: 'marketo', operation: 'objects', kind: 'configuration', about: path });
  };
  const leadsBy = (
    filterType: string,
    values: readonly (string | number)[],
    fields: readonly string[],
    onTooLarge?: (key: string) => void,
  ): MarketoRecord[] => {
    // Addresses are found whatever their case, other text as it is (docs/simulators.md).
    const key = (value: unknown) => (filterType === 'email' ? String(value ?? '').toLowerCase() : String(value ?? ''));
    const wanted = new Set(values.map(key).filter((value) => value !== ''));
    return instance
      .readable()
      .filter(({ id, values: held }) => wanted.has(key(filterType === 'id' ? id : held[filterType])))
      .flatMap((person) => {
        const record = instance.view(person, fields);
        if (!isLong(record)) return [record];
        ledger.long('marketo');
        const value = String(filterType === 'id' ? person.id : person.values[filterType]);
        if (!onTooLarge) throw new ApiError({ api: 'marketo', operation: 'leads.read', kind: 'too-large', key: value });
        onTooLarge(value);
        return [];
      });
  };
  return {
    munchkinId: () => '123-ABC-456',
    describeLeads: () => read('leads.describe', () => [...(instance.fields.get('leads') ?? [])]),
    createLeadFields: (fields) =>
      write('leads.create-fields', () => {
        instance.createFields(fields);
        return fields.map(() => ({ status: 'created' as const }));
      }),
    leadsBy: (filterType, values, fields, onTooLarge) =>
      read('leads.read', () => leadsBy(filterType, values, fields, onTooLarge), {
        endpoint: 'GET /rest/v1/leads.json',
      }),
    syncLeads: (request, beforeSend) =>
      write('leads.sync', (actor) => syncLeads(instance, ledger, request, actor), beforeSend, request.input),
    deleteLeads: (ids, beforeSend) =>
      write(
        'leads.delete',
        (actor) =>
          ids.map((id) => {
            const person = instance.persons.get(id);
            if (!person) return { status: 'skipped' as const, reasons: [{ code: '1004' }] };
            instance.remove(person, actor);
            return { status: 'deleted' as const, id };
          }),
        beforeSend,
        ids.map((id) => ({ id })),
      ),
    mergeLeads: (winner, losers, beforeSend) =>
      write(
        'leads.merge',
        (actor) => {
          const [into, ...lost] = [winner, ...losers].map((id) => instance.persons.get(id));
          const there = lost.flatMap((person) => person ?? []);
          if (!into || there.length < losers.length)
            throw new ApiError({ api: 'marketo', operation: 'leads.merge', kind: 'gone', code: '1004' });
          instance.merge(into, there, actor);
        },
        beforeSend,
        [winner, ...losers].map((id) => ({ id })),
      ),
    // Nobody makes lists here.
    listMembers: () => read('lists.members', () => ({ ids: [] })),
    pagingToken: (since) => read('activities.token', () => instance.activities.tokenAt(since)),
    leadChanges: (token, fields) => {
      const wanted = new Set(fields);
      return readFeed('activities.lead-changes', () =>
        instance.activities.page(
          token,
          ({ activityTypeId, fields: changed }) =>
            activityTypeId === NEW_LEAD || (activityTypeId === CHANGE && changed.some(({ name }) => wanted.has(name))),
        ),
      );
    },
    deletedLeads: (token) =>
      readFeed('activities.deleted-leads', () =>
        instance.activities.page(token, ({ activityTypeId }) => activityTypeId === DELETE),
      ),
    activities: (token, types) =>
      readFeed('activities.read', () =>
        instance.activities.page(token, ({ activityTypeId }) => types.includes(activityTypeId)),
      ),
    describeObject: (path) => read('objects.describe', () => [...(instance.fields.get(path) ?? [])]),
    queryObjects: (path, filterType, values, fields) =>
      read('objects.read', () => store(path).query(filterType, values, fields)),
    syncObjects: (path, action, input, beforeSend) =>
      write(`${path}.sync`, (actor) => store(path).sync(action, input, actor), beforeSend, input),
    deleteObjects: (path, input, beforeSend) =>
      write(
        `${path}.delete`,
        (actor) => {
          if (path === 'opportunities')
            for (const { externalOpportunityId } of input)
              for (const role of store('opportunities/roles').find('externalOpportunityId', externalOpportunityId))
                store('opportunities/roles').remove(role, actor);
          return store(path).delete(input, actor);
        },
        beforeSend,
        input,
      ),
    customObjects: () => read('custom-objects.list', () => instance.customObjects),
    createCustomObject: (type) => write('custom-objects.create', () => instance.createCustomObject(type)),
    usage: () => read('usage', () => 0),
  };
}
