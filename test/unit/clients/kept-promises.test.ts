import type { Db } from 'mongodb';
import { Schema } from '../../../activities/schema';
import { DataverseReader } from '../../../cli/demo/readers/dataverse';
import { MarketoReader } from '../../../cli/demo/readers/marketo';
import { UndoStack } from '../../../cli/local/undo-stack';
import type { DynamicsClient } from '../../../clients/dynamics/types';
import type { MarketoClient } from '../../../clients/marketo/types';
import { Budget } from '../../../clients/mongo/budget';
import type { Settings } from '../../../model/settings';
import { fakeDynamics } from './dynamics-systems';
import { html, json, localServer } from './local-server';
import { fakeMarketo, ok } from './marketo-systems';

/** Every part that keeps a promise is asked twice, and its first question fails (issue 11, C20). */
describe('what fails the first time succeeds the second time', () => {
  const budgetOf = (db: Partial<Record<keyof Db, unknown>>) =>
    new Budget(db as unknown as Db, { api: 'marketo', calls: 1, windowMs: 1, concurrent: 1, callsPerLease: 1 });

  it('the governor, whose first hello fails', async () => {
    let hellos = 0;
    const budget = budgetOf({
      collection: () => ({
        bulkWrite: async () => undefined,
        findOneAndUpdate: async () => ({ _id: 'marketo/0000' }),
        updateOne: async () => undefined,
      }),
      command: async () => {
        hellos += 1;
        if (hellos === 1) throw new Error('not primary');
        return { localTime: new Date() };
      },
    });
    await expect(budget.acquire()).rejects.toThrow('not primary');
    (await budget.acquire()).release();
    (await budget.acquire()).release();
    expect(hellos).toBe(2);
  });

  it('the governor, whose first lease fails: those who wait behind it get theirs', async () => {
    let asked = 0;
    const budget = budgetOf({
      collection: () => ({
        bulkWrite: async () => undefined,
        findOneAndUpdate: async () => {
          asked += 1;
          if (asked === 1) throw new Error('not primary');
          return { _id: 'marketo/0000' };
        },
        updateOne: async () => undefined,
      }),
      command: async () => ({ localTime: new Date() }),
    });
    const all = await Promise.allSettled(
      [budget.acquire(), budget.acquire()].map(async (one) => (await one).release()),
    );
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('tokens of Entra', async () => {
    const fake = await fakeDynamics(
      (_request, response) => json(response, { value: [] }),
      (_request, response, count) =>
        count === 1
          ? html(response, 502)
          : json(response, { token_type: 'Bearer', expires_in: 3599, access_token: 'a' }),
    );
    const read = () => fake.client.readPage({ set: 'contacts', select: ['contactid'], pageSize: 10 });
    await expect(read()).rejects.toMatchObject({ api: 'entra', kind: 'transient' });
    expect(await read()).toEqual({ rows: [], deleted: [] });
    await fake.close();
  });

  it('tokens of Marketo', async () => {
    const fake = await fakeMarketo(
      (_request, response) => json(response, ok({ result: [] })),
      {},
      (_request, response, n) =>
        n === 1 ? html(response, 502) : json(response, { access_token: 'a', expires_in: 3599 }),
    );
    const read = () => fake.client.leadsBy('id', [1], ['id']);
    await expect(read()).rejects.toMatchObject({ api: 'marketo', kind: 'transient' });
    expect(await read()).toEqual([]);
    await fake.close();
  });

  it.each(['silentUser', 'table', 'of', 'marketoBinding'] as const)('the schema: %s', async (method) => {
    let calls = 0;
    const failing = async <T>(value: T): Promise<T> => {
      calls += 1;
      if (calls === 1) throw new Error('the first call fails');
      return value;
    };
    const table = { logicalName: 'x', entitySetName: 'xs', primaryIdAttribute: 'xid', columns: {} };
    const dynamics = { organisation: () => failing({ userId: 'u' }), table: () => failing(table) };
    const store = { fields: { get: async () => [] }, bindings: { get: () => failing({ customObjects: {} }) } };
    const settings = {
      echo: 'by-user',
      entities: [{ name: 'x', rules: [], alsoRead: [], target: { kind: 'roles' } }],
      mapVersion: 0,
    };
    const schema = new Schema(
      dynamics as unknown as DynamicsClient,
      {} as MarketoClient,
      store as unknown as ConstructorParameters<typeof Schema>[2],
      settings as unknown as Settings,
    );
    const ask = (): Promise<unknown> => schema[method]('x');
    await expect(ask()).rejects.toThrow('the first call fails');
    await expect(ask()).resolves.toBeDefined();
    await ask();
    expect(calls).toBe(2);
  });

  it('the demo’s readers', async () => {
    const server = await localServer(({ url }, response, count) => {
      if (count === 1) html(response, 502);
      else if (url.includes('token')) json(response, { access_token: 'a' });
      else if (url.includes('/Attributes')) json(response, { value: [] });
      else if (url.includes('EntityDefinitions')) json(response, { EntitySetName: 'xs', PrimaryIdAttribute: 'xid' });
      else json(response, { success: true, result: [] });
    });
    const marketo = new MarketoReader({ url: server.url, clientId: 'c', clientSecret: 's' } as never);
    await expect(marketo.find('leads', 'id', ['1'], ['id'])).rejects.toThrow('answered 502');
    expect(await marketo.find('leads', 'id', ['1'], ['id'])).toEqual([]);
    server.seen.length = 0;
    const dynamics = new DataverseReader({ url: server.url, authority: server.url, tenantId: 't' } as never);
    await expect(dynamics.shape('x')).rejects.toThrow('answered 502');
    expect(await dynamics.shape('x')).toMatchObject({ set: 'xs' });
    await server.close();
  });

  it('what is undone at the end: a failed step is told once', async () => {
    const stack = new UndoStack();
    stack.add(() => Promise.reject(new Error('not undone')));
    await expect(Promise.all([stack.run(), stack.run()])).rejects.toThrow('not undone');
    await stack.run();
  });
});
