import { change, type PlantedFault } from '../fault';

const HINTS = 'activities/hints.ts';
const REFERENCES = 'activities/references.ts';

/** Between two steps of a worker: what others find and do meanwhile, and where it dies. */
export const MEANWHILE_FAULTS: readonly PlantedFault[] = [
  {
    name: 'the writer does not look for hints once it has claimed a person',
    changes: [change('activities/persons/record.ts', 'await handHints(deps, owners);', '')],
    scenario: 'a person is edited and told of before it is claimed',
    expect: ['lost', 'different'],
  },
  {
    name: 'the writer looks for hints before it claims the people',
    changes: [
      change('activities/persons/record.ts', 'await handHints(deps, owners);', ''),
      change(
        'activities/persons/record.ts',
        'await store.people.claim(',
        'await handHints(deps, owners); await store.people.claim(',
      ),
    ],
    scenario: 'a person is edited and told of before it is claimed',
    expect: ['lost', 'different'],
  },
  {
    name: 'the poll does not look again whether a person has an owner by now',
    changes: [
      change(
        HINTS,
        'await store.unowned.add(hints); const people =',
        'await store.unowned.add(hints); return 0; const people =',
      ),
    ],
    scenario: 'a person is claimed between the poll’s look and its note',
    expect: ['lost', 'different'],
  },
  {
    name: 'a reference to a row that is not expected is not waited for',
    changes: [
      change(
        'activities/persons/record.ts',
        'const awaited = [...task.missing, ...(task.hoping ?? [])];',
        'const awaited = [...task.missing];',
      ),
    ],
    scenario: 'an account that Marketo refused is taken after all',
    expect: ['lost', 'different'],
  },
  {
    name: 'who waits for a row does not look again whether it has come',
    changes: [change(REFERENCES, 'await store.waiting.add(pairs);', 'await store.waiting.add(pairs); return;')],
    scenario: 'an account comes while its contact is noted as waiting',
    expect: ['lost', 'different'],
  },
  {
    name: 'what has to follow is queued once the links are committed',
    changes: [
      change('activities/commit.ts', 'await queueAll(deps, queue); if (waits)', 'if (waits)'),
      change(
        'activities/commit.ts',
        'await wakeChanged(store, links);',
        'await queueAll(deps, queue); await wakeChanged(store, links);',
      ),
    ],
    scenario: 'the worker dies before it queues what goes back',
    expect: ['lost', 'different'],
  },
  {
    name: 'what an attempt lists that was taken for dead stays listed',
    changes: [change('activities/park.ts', 'await lister.check(() => store.parked.retract(told, lister.epoch));', '')],
    scenario: 'an attempt that was taken for dead lists a value that has been corrected',
    expect: ['lost'],
  },
];
