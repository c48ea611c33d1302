import { ApiError } from '../../../clients/errors';
import type { BeforeSend, MarketoClient, MarketoRecord, SyncResult } from '../../../clients/marketo/types';
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
    keys = records.flatMap(personKeys),
  ): Promise<T> => {
    await beforeSend?.();
    return line.call('marketo', operation, true, work, { keys }, records);
  };
  /** Records, of which those are left out that the test has Marketo skip. @param table in the ledger */
  const writeEach = (
    operation: string,
    table: string,
    input: readonly MarketoRecord[],
    work: (taken: MarketoRecord[], actor: Actor) => SyncResult[],
    beforeSend?: BeforeSend,
    keyOf?: (record: MarketoRecord) => string,
  ): Promise<SyncResult[]> =>
    write(
      operation,
      (actor) => {
        const codes = input.map((record) => line.skips(record));
        const results = work(
          input.filter((_, index) => codes[index] === undefined),
          actor,
        );
        return input.map((record, index): SyncResult => {
          const code = codes[index];
          if (code === undefined) return results.shift() as SyncResult;
          const key = keyOf?.(record) ?? String(record.microsoftId ?? record.id);
          const id = record.id === undefined ? {} : { id: String(record.id) };
          ledger.refusal('marketo', { table, code, fields: Object.keys(record), key, ...id }, actor);
          return { status: 'skipped', reasons: [{ code }] };
        });
      },
      beforeSend,
      input,
      keyOf && input.map(keyOf),
    );
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
      line.call(
        'marketo',
        'leads.read',
        false,
        () => leadsBy(filterType, values, fields, onTooLarge),
        { endpoint: 'GET /rest/v1/leads.json', keys: filterType === 'email' ? [] : values.map(String) },
        values.map((value) => ({ [filterType]: value })),
      ),
    syncLeads: (request, beforeSend) =>
      writeEach(
        'leads.sync',
        'leads',
        request.input,
        (input, actor) => syncLeads(instance, ledger, { ...request, input }, actor),
        beforeSend,
      ),
    deleteLeads: (ids, beforeSend) =>
      writeEach(
        'leads.delete',
        'leads',
        ids.map((id) => ({ id })),
        (input, actor) =>
          input.map(({ id }) => {
            const person = instance.persons.get(Number(id));
            if (!person) return { status: 'skipped' as const, reasons: [{ code: '1004' }] };
            instance.remove(person, actor);
            return { status: 'deleted' as const, id: person.id };
          }),
        beforeSend,
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
        losers.map((id) => ({ id })),
        [winner, ...losers].map(String),
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
      writeEach(
        `${path}.sync`,
        store(path).table,
        input,
        (some, actor) => store(path).sync(action, some, actor),
        beforeSend,
        (record) => store(path).keyOf(record),
      ),
    deleteObjects: (path, input, beforeSend) =>
      writeEach(
        `${path}.delete`,
        store(path).table,
        input,
        (some, actor) => {
          if (path === 'opportunities')
            for (const { externalOpportunityId } of some)
              for (const role of store('opportunities/roles').find('externalOpportunityId', externalOpportunityId))
                store('opportunities/roles').remove(role, actor);
          return store(path).delete(some, actor);
        },
        beforeSend,
        (record) => store(path).keyOf(record),
      ),
    customObjects: () => read('custom-objects.list', () => instance.customObjects),
    createCustomObject: (type) => write('custom-objects.create', () => instance.createCustomObject(type)),
    usage: () => read('usage', () => 0),
  };
}

/** A person is named by its number, or by the row that it is of. */
const personKeys = ({ id, microsoftId }: MarketoRecord): string[] =>
  [id, microsoftId].flatMap((key) => (key === undefined || key === null ? [] : [String(key)]));
