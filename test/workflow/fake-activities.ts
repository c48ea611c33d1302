import { noCounts } from '../../activities/counts';
import type { FeedLook } from '../../activities/feeds/look';
import type { Activities } from '../../activities/index';
import { done } from '../../activities/outcome';
import type { EntityCounts } from '../../activities/status';
import type { FakeWorld } from './fake-world';

/** The service's activities on a world in memory. `worldOf` tells which: several syncs may share the workers. */
export function createFakeActivities(worldOf: () => FakeWorld): Activities {
  const applyPage: Activities['applyUnit'] = (entity, generation, unit, mode) => {
    const world = worldOf();
    return world.call({ activity: 'applyUnit', of: entity, generation, unit, mode }, () => {
      // As in the service: a chunk that is gone was applied by an earlier attempt.
      if (!world.staged.get(`${mode}/${entity}`)?.delete(unit)) return done(noCounts(0));
      const key = `${entity}/${generation}`;
      world.applied.set(key, (world.applied.get(key) ?? 0) + 1);
      return done(noCounts(1));
    });
  };

  return {
    preflight: () => {
      const world = worldOf();
      return world.call({ activity: 'preflight', of: '' }, () =>
        done({
          entities: world.entities,
          dropped: [],
          changesEverySeconds: world.changesEverySeconds,
          deletionsEverySeconds: 300,
          restSeconds: world.restSeconds,
        }),
      );
    },

    checkOrganisations: () => worldOf().call({ activity: 'checkOrganisations', of: '' }, () => done({})),

    beginImport: (entity, generation, mode) => {
      const world = worldOf();
      return world.call({ activity: 'beginImport', of: entity, generation, mode }, () => {
        const id = `${mode}/${entity}`;
        let cursor = world.cursors.get(id);
        if (!cursor || cursor.generation < generation) {
          cursor = { generation, unit: 0, finished: false };
          world.cursors.set(id, cursor);
          world.staged.set(id, new Set());
          world.applied.set(`${entity}/${generation}`, 0);
        }
        const staged = [...(world.staged.get(id) ?? [])];
        return done({ total: world.pagesOf(entity), staged, ...(cursor.finished ? {} : { next: cursor.unit }) });
      });
    },

    fetchPage: (entity, generation, unit, mode) => {
      const world = worldOf();
      return world.call({ activity: 'fetchPage', of: entity, generation, unit, mode }, () => {
        const cursor = world.cursors.get(`${mode}/${entity}`);
        if (!cursor || cursor.generation !== generation) return done({ unit, rows: 0, more: false });
        world.staged.get(`${mode}/${entity}`)?.add(unit);
        cursor.unit = unit + 1;
        cursor.finished = cursor.unit >= world.pagesOf(entity);
        return done({ unit, rows: 1, more: !cursor.finished });
      });
    },

    applyUnit: applyPage,

    applyUnits: async (entity, generation, units, mode) => {
      for (const unit of units) {
        const applied = await applyPage(entity, generation, unit, mode);
        if (applied.kind !== 'done') return applied;
      }
      return done(noCounts(units.length));
    },

    finishImport: (entity, generation) =>
      worldOf().call({ activity: 'finishImport', of: entity, generation }, () => done({ gone: 0 })),

    applyInbox: (entity) => {
      const world = worldOf();
      return world.call({ activity: 'applyInbox', of: entity }, () =>
        done({ ...noCounts(1), more: world.take('dynamics', entity) }),
      );
    },

    writeBack: (entity) => {
      const world = worldOf();
      return world.call({ activity: 'writeBack', of: entity }, () =>
        done({ done: 1, updated: 1, more: world.take('marketo', entity) }),
      );
    },

    lookDynamics: (tables, generations = {}) => {
      const world = worldOf();
      return world.call({ activity: 'lookDynamics', of: tables.join() }, () =>
        done({
          feeds: Object.fromEntries(tables.map((name) => [name, world.look('dynamics', name)])),
          entities: countsOf(world, generations),
        }),
      );
    },

    lookMarketo: (feeds, generations = {}, pushes = []) => {
      const world = worldOf();
      return world.call({ activity: 'lookMarketo', of: feeds.join() }, () => {
        world.pushes.push(...pushes);
        for (const { name, person } of world.entities) if (person) world.look('marketo', name);
        const nothing: FeedLook = { items: 0, more: false };
        return done({
          feeds: Object.fromEntries(feeds.map((name) => [name, nothing])),
          entities: countsOf(world, generations),
        });
      });
    },

    keepPushes: (pushes) => {
      const world = worldOf();
      return world.call({ activity: 'keepPushes', of: '' }, () => {
        world.pushes.push(...pushes);
        return done({});
      });
    },

    readCounts: (generations) => {
      const world = worldOf();
      return world.call({ activity: 'readCounts', of: '' }, () => {
        return done({ entities: countsOf(world, generations) });
      });
    },
  };
}

/** What waits in this world, by entity. */
function countsOf(world: FakeWorld, generations: Record<string, number>): Record<string, EntityCounts> {
  const entities: Record<string, EntityCounts> = {};
  for (const [name, generation] of Object.entries(generations)) {
    entities[name] = {
      done: world.applied.get(`${name}/${generation}`) ?? 0,
      total: world.pagesOf(name),
      parked: 0,
      pendingDynamics: world.inbox.get(`dynamics/${name}`) ?? 0,
      pendingMarketo: world.inbox.get(`marketo/${name}`) ?? 0,
      lagSeconds: 0,
    };
  }
  return entities;
}
