import { change, type PlantedFault } from '../fault';

/** Rows that wait for each other, and what goes with a row. */
export const REFERENCE_FAULTS: readonly PlantedFault[] = [
  {
    name: 'the wake-up of a waiting reference is lost',
    changes: [
      change(
        'activities/references.ts',
        'const awaited = await store.waiting.of(targets);',
        'const awaited = await store.waiting.of([]);',
      ),
    ],
    scenario: 'an account comes after its contact',
    expect: ['lost', 'different'],
  },
  {
    name: 'roles that are no longer wanted stay',
    changes: [
      change(
        'model/roles.ts',
        'remove: [...there.values()].filter((role) => !after.has(writtenKey(role))),',
        'remove: [],',
      ),
    ],
    scenario: 'a connection is deleted and an opportunity’s contact moves',
    expect: ['lost', 'different'],
  },
  {
    name: 'a page of roles counts that is older than what is known',
    changes: [
      change('model/role-sources.ts', 'if (version < (sources.version ?? 0)) return;', ''),
      change(
        'activities/roles/sources.ts',
        "if (mode === 'resync') await readAgain(deps, writer, told, records); else",
        '',
      ),
    ],
    scenario: 'an opportunity’s contact moves while a resync of the roles holds a page',
    expect: ['lost', 'different', 'wrongly-deleted'],
  },
  {
    name: 'a whole read takes its own rows as missing, and reads them without their users',
    changes: [
      change('activities/missing.ts', '(link.generation ?? 0) < generation', '(link.generation ?? 0) <= generation'),
      change('activities/rows.ts', 'await joined(deps, bound, read, onTooLarge)', 'read'),
    ],
    scenario: 'a team is read whole again',
    // The deletion is confirmed by a read: by itself the first fault costs only that. Without its user the row is emptied.
    expect: ['different', 'echoed', 'wrongly-deleted'],
  },
  {
    name: 'an opportunity that is gone stays in Marketo',
    changes: [change('activities/objects/apply.ts', 'gone.filter(isDeleted);', 'gone.filter(() => false);')],
    scenario: 'an opportunity is deleted',
    expect: ['lost', 'different'],
  },
  {
    name: 'a bridge that Marketo refuses is remembered as written',
    changes: [
      change(
        'activities/persons/teams.ts',
        'const codeOf = ({ id }: Link) => sent.flatMap(({ refused }) => refused.get(id) ?? [])[0];',
        'const codeOf = (_link: Link) => undefined as string | undefined;',
      ),
    ],
    scenario: 'Marketo refuses the bridge to a team',
    expect: ['lost'],
  },
];
