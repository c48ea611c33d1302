import { change, type PlantedFault } from '../fault';

const APPLY = 'activities/persons/apply.js';
const OURS = "return String(record[entities_1.PERSON_IDENTITY.id] ?? '').toLowerCase() === id;";
const ASIDE = "if (link?.state === 'superseded' || link?.state === 'tombstone')\n            return false;";

/** Who is who: no person twice, none of somebody else's. */
export const IDENTITY_FAULTS: readonly PlantedFault[] = [
  {
    name: 'persons are looked up by e-mail',
    changes: [
      change(
        'activities/persons/send.js',
        "action: action === 'create' ? 'createOnly'",
        "action: action === 'create' ? 'createOrUpdate'",
      ),
      change(
        'activities/persons/send.js',
        "lookupField: action === 'create' ? entities_1.PERSON_IDENTITY.id :",
        "lookupField: action === 'create' ? 'email' :",
      ),
    ],
    scenario: 'two rows share an address',
    expect: ['lost', 'duplicated'],
  },
  {
    name: 'a tombstone is ignored',
    changes: [
      change(
        APPLY,
        ASIDE,
        "if (link?.state === 'superseded') return false; if (link?.state === 'tombstone') candidate.link = undefined;",
      ),
    ],
    scenario: 'a person is deleted in Marketo, and its row edited',
    expect: ['duplicated'],
  },
  {
    name: 'a qualified lead goes on writing',
    changes: [
      change(APPLY, ASIDE, "if (link?.state === 'tombstone') return false;"),
      change(APPLY, OURS, 'return true;'),
    ],
    scenario: 'a lead is qualified, and edited afterwards',
    expect: ['duplicated', 'lost', 'different'],
  },
  {
    name: 'another Marketo instance’s persons are taken for ours',
    changes: [change(APPLY, OURS, 'return true;')],
    scenario: 'another Marketo instance answers at the address',
    expect: ['duplicated'],
  },
];
