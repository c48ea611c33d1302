import { change, type PlantedFault } from '../fault';

const DELETION = 'model/deletion.ts';
const CLAIM = change(
  'model/identity.ts',
  "linked: { ours: 'use', nobodys: 'not-ours', others: 'not-ours'",
  "linked: { ours: 'use', nobodys: 'use', others: 'use'",
);

/** Who is who: no person twice, none of somebody else's. */
export const IDENTITY_FAULTS: readonly PlantedFault[] = [
  {
    name: 'persons are looked up by e-mail',
    changes: [
      change(
        'activities/persons/send.ts',
        "action: action === 'create' ? ('createOnly' as const)",
        "action: action === 'create' ? ('createOrUpdate' as const)",
      ),
      change(
        'activities/persons/send.ts',
        "lookupField: action === 'create' ? PERSON_IDENTITY.id :",
        "lookupField: action === 'create' ? 'email' :",
      ),
    ],
    scenario: 'two rows share an address',
    expect: ['lost', 'duplicated'],
  },
  {
    name: 'a tombstone is ignored',
    changes: [
      change(DELETION, "deleted: { tombstone: 'bury'", "deleted: { tombstone: 'forget'"),
      change(DELETION, "policy === 'recreate' && !hasPersonId", '!hasPersonId'),
    ],
    scenario: 'a person is deleted in Marketo, and its row edited',
    expect: ['duplicated'],
  },
  {
    name: 'a qualified lead goes on writing',
    changes: [change(DELETION, "if (state === 'superseded' || state === 'merged')", "if (state === 'merged')"), CLAIM],
    scenario: 'a lead is qualified, and edited afterwards',
    expect: ['duplicated', 'lost', 'different'],
  },
  {
    name: 'the loser of a merge keeps its person',
    changes: [
      change(
        'model/identity.ts',
        "outcome === 'merge' && why === 'merged' ? whenMerged : outcome",
        "outcome === 'merge' && why === 'merged' ? 'retire' : outcome",
      ),
    ],
    scenario: 'a contact is merged into another one',
    expect: ['lost'],
  },
  {
    name: 'another Marketo instance’s persons are taken for ours',
    changes: [CLAIM],
    scenario: 'another Marketo instance answers at the address',
    expect: ['duplicated'],
  },
];
