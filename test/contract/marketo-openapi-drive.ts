import type { OpenApiWorld } from './marketo-openapi-world';

type Send = (world: OpenApiWorld) => Promise<Response>;

/** One operation of the vendor's file: a call that succeeds, and one that is refused with `code`. */
export interface Drive {
  good: Send;
  bad: Send;
  /** Of the whole answer, or of its one record; or the HTTP status, where that is what refuses. */
  code: string;
  /** The good answer is no JSON but a file of this type. */
  file?: 'text/csv';
}

export const NOBODY = 99_999_999;
export const id = (world: OpenApiWorld, index = 0) => String(world.leads[index]);
export const feed = (world: OpenApiWorld, more: Record<string, string> = {}) => ({
  nextPageToken: world.token,
  ...more,
});

/** Reads by a searchable field, and by one that is not. */
export function query(
  path: string,
  filterType: string,
  filterValue: string | ((world: OpenApiWorld) => string),
): Drive {
  const value = (world: OpenApiWorld) => (typeof filterValue === 'string' ? filterValue : filterValue(world));
  return {
    good: (world) => world.get(path, { filterType, filterValues: value(world) }),
    bad: (world) => world.get(path, { filterType: 'createdAt', filterValues: 'x' }),
    code: '1003',
  };
}

/** Writes one record, and one with an unknown field. */
export function sync(path: string, record: object | ((world: OpenApiWorld) => object)): Drive {
  const one = (world: OpenApiWorld) => (typeof record === 'function' ? record(world) : record);
  return {
    good: (world) => world.post(path, { input: [one(world)] }),
    bad: (world) => world.post(path, { input: [{ ...one(world), nonsense: 1 }] }),
    code: '1006',
  };
}

/** Deletes a record by its key, and one that does not exist. */
export function remove(
  path: string,
  key: object | ((world: OpenApiWorld) => object),
  unknown: object,
  code = '1013',
): Drive {
  return {
    good: (world) => world.post(path, { input: [typeof key === 'function' ? key(world) : key] }),
    bad: (world) => world.post(path, { input: [unknown] }),
    code,
  };
}

/** A call without parameters, refused where the permission is missing. */
export function plain(path: string): Drive {
  return {
    good: (world) => world.get(path),
    async bad(world) {
      await world.marketo.settings({ permissions: [] });
      return world.get(path);
    },
    code: '603',
  };
}

/** Statistics need no permission; refused without a token. */
export function stats(path: string): Drive {
  return {
    good: (world) => world.get(path),
    bad(world) {
      world.marketo.token = 'nonsense';
      return world.get(path);
    },
    code: '601',
  };
}

/** A read of one thing by name, and of one that does not exist. */
export function named(path: string, good: string, code: string): Drive {
  return {
    good: (world) => world.get(path.replace('*', good)),
    bad: (world) => world.get(path.replace('*', 'nothing')),
    code,
  };
}

export function post(path: string, good: unknown, bad: unknown, code: string, badPath = path): Drive {
  return { good: (world) => world.post(path, good), bad: (world) => world.post(badPath, bad), code };
}

/** A call on a custom activity type or custom object type, refused for one that does not exist. */
export function onType(path: string, good: string, body: unknown = {}): Drive {
  return post(path.replace('*', good), body, body, '1013', path.replace('*', 'nothing'));
}
