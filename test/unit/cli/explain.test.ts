import { fieldStories, stepsOf } from '../../../cli/explain/fields';
import type { Story } from '../../../cli/explain/story';
import { textOf } from '../../../cli/explain/text';
import { fieldKey } from '../../../model/bind';
import { both, toMarketo } from '../../../model/field-rule';
import type { Marks } from '../../../model/fingerprint';
import { packTrail } from '../../../model/trail';

const AT = Date.UTC(2026, 10, 23, 12, 0, 0);
const TIME = '2026-11-23T12:00:00.000Z';
const EMPTY = 99n;
const FIRST = both('firstname', 'firstName');
const CITY = both('address1_city', 'city');
const STATE = toMarketo('statecode', 'leadStatus');
const RULES = [FIRST, CITY, STATE];
const created = { at: AT, what: 'created' as const, rule: 'first-copy' as const, keys: [] };

const NOTHING: Story = {
  id: 'contact:c1',
  fields: [],
  steps: [],
  keptBack: [],
  conflicts: [],
  waitsFor: [],
  awaitedBy: [],
  inbox: [],
  setAside: [],
  unanswered: [],
  failures: [],
  deletesStopped: false,
};

describe('the last decision on a field', () => {
  const agreed = (fingerprint: bigint) => ({ state: 'agreed' as const, fingerprint });
  const marks: Marks = new Map([
    [fieldKey(FIRST), agreed(1n)],
    [fieldKey(CITY), agreed(EMPTY)],
  ]);

  test('is how the record began, until the field has a step of its own', () => {
    const sent = {
      at: AT + 1_000,
      what: 'sent-to-dynamics' as const,
      rule: 'one-side' as const,
      keys: [fieldKey(FIRST)],
    };
    const trail = packTrail([created, sent]);
    expect(fieldStories({ marks, trail, parked: [] }, RULES, EMPTY)).toEqual([
      {
        dynamics: 'firstname',
        marketo: 'firstName',
        direction: 'both',
        state: 'agreed',
        last: { at: '2026-11-23T12:00:01.000Z', what: 'sent-to-dynamics', rule: 'one-side' },
      },
      {
        dynamics: 'address1_city',
        marketo: 'city',
        direction: 'both',
        state: 'empty',
        last: { at: TIME, what: 'created', rule: 'first-copy' },
      },
      // Added to the map since: how the record began says nothing of it.
      { dynamics: 'statecode', marketo: 'leadStatus', direction: 'to-marketo', state: 'open' },
    ]);
  });

  test('is not a step from before the record was made anew', () => {
    const before = { at: AT - 1_000, what: 'sent-to-marketo' as const, keys: [fieldKey(FIRST)] };
    const [first] = fieldStories({ marks, trail: packTrail([before, created]), parked: [] }, [FIRST], EMPTY);
    expect(first?.last?.what).toBe('created');
  });

  test('names a step’s fields as Marketo does, and says of others that the map has them no more', () => {
    const trail = packTrail([{ at: AT, what: 'refused-by-marketo', code: '1003', keys: [fieldKey(CITY), 7] }]);
    expect(stepsOf({ trail }, RULES)).toEqual([
      { at: TIME, what: 'refused-by-marketo', code: '1003', fields: ['city', '(not in the map any more)'] },
    ]);
  });
});

describe('a story as text', () => {
  test('of a row that was never met is one sentence', () => {
    expect(textOf(NOTHING)).toBe('contact:c1\n  no link: the sync has not met this row, or has not come to it yet\n');
  });

  test('has a section for all that there is to say', () => {
    const story: Story = {
      ...NOTHING,
      link: {
        state: 'linked',
        meaning: 'changes move between the row and its Marketo record',
        marketoId: 1001,
        seenVersion: 12,
        appliedVersion: 11,
        dirty: true,
        unsure: ['dynamics'],
      },
      person: { marketoId: 1001, owner: 'contact:c1', previous: 'lead:l1' },
      push: '1001 as contact: created',
      keptBack: [
        {
          field: 'email (emailaddress1)',
          reason: 'invalid-email',
          meaning: 'Marketo takes only ASCII addresses',
          remedy: 'correct the address in Dynamics',
          code: '1003',
          direction: 'to-marketo',
          since: TIME,
          lastTried: TIME,
          attempts: 2,
        },
      ],
      conflicts: [{ key: 'contact:c1:city:9', field: 'city', winner: 'ask', rule: 'ask', at: TIME }],
      waitsFor: ['account:a1'],
      inbox: [{ from: 'marketo', since: TIME, what: 'a change' }],
      steps: [
        { at: TIME, what: 'linked', code: 'adopted', fields: [] },
        { at: TIME, what: 'sent-to-marketo', rule: 'newest', fields: ['city', 'title'] },
        { at: TIME, what: 'state', code: 'frozen', fields: [] },
        { at: TIME, what: 'merged', code: 'into 1002', fields: [] },
      ],
      fields: [
        {
          dynamics: 'firstname',
          marketo: 'firstName',
          direction: 'both',
          state: 'agreed',
          last: { at: TIME, what: 'created', rule: 'first-copy' },
        },
        { dynamics: 'statecode', marketo: 'leadStatus', direction: 'to-marketo', state: 'open' },
      ],
    };
    expect(textOf(story).split('\n')).toEqual([
      'contact:c1',
      '  linked: changes move between the row and its Marketo record',
      '  Marketo record 1001',
      '  Marketo person 1001 belongs to contact:c1, before that to lead:l1',
      '  row version 12 was seen, 11 is settled in Marketo',
      '  something is open: it gets a full merge when it is met next',
      '  an answer of dynamics was lost: it may hold an older copy of ours',
      '  npm run push: 1001 as contact: created',
      '',
      'Kept back',
      '  email (emailaddress1), to marketo: Marketo takes only ASCII addresses (invalid-email, code 1003)',
      `    since ${TIME}, tried 2 times, last ${TIME}`,
      '    what to do: correct the address in Dynamics',
      '',
      'Conflicts (npm run conflicts)',
      `  ${TIME}  city: waits for a decision  contact:c1:city:9`,
      '',
      'Waits for',
      '  account:a1',
      '',
      'In the inbox',
      `  a change from marketo, since ${TIME}`,
      '',
      'What happened, as far as it is remembered',
      `  ${TIME}  taken over from Marketo: it had the row’s e-mail address, and no row`,
      `  ${TIME}  sent to Marketo (newest: both had changed, and the later edit wins): city, title`,
      `  ${TIME}  the link became frozen`,
      `  ${TIME}  merged in Marketo, into 1002`,
      '',
      'Fields: Dynamics, Marketo, and the last decision',
      `  firstname ⇄ firstName   agreed; ${TIME} with the record`,
      '  statecode → leadStatus  nothing agreed on: newly mapped, or one system lacks it',
      '',
    ]);
  });

  test('of a connection says of which opportunity the roles are', () => {
    const roles = { wanted: [{ contact: 'c1', role: 'Buyer', isPrimary: false }], written: [], refused: {} };
    expect(
      textOf({ ...NOTHING, id: 'connection:o1', roles })
        .split('\n')
        .slice(0, 2),
    ).toEqual(['connection:o1', '  the contact roles of opportunity:o1']);
  });

  test('of a custom row says whose its record is', () => {
    const numbers = { marketoId: 'guid', owner: 1001, seenVersion: 1, appliedVersion: 1 };
    const link = { state: 'linked' as const, meaning: '', ...numbers, dirty: false, unsure: [] };
    expect(textOf({ ...NOTHING, link })).toContain(
      '  it belongs to person or company 1001 (npm run explain -- --marketo 1001)\n',
    );
  });

  test('says of a field that is held back of every row why it is', () => {
    const trouble = { cause: 'retyped' as const, why: 'the column is a number now', since: 0 };
    const known = [{ dynamics: FIRST.dynamics, marketo: FIRST.marketo, edition: 0, trouble }];
    const [story] = fieldStories({ marks: new Map(), parked: [] }, [FIRST], EMPTY, known);
    expect(textOf({ ...NOTHING, fields: story ? [story] : [] })).toContain(
      'held back of every row (status, npm run validate): the column is a number now; nothing agreed on',
    );
  });

  test.each(['deleted', 'tombstone', 'merged'] as const)(
    'says of a %s record that its person was the row’s',
    (state) => {
      const link = { state, meaning: '', marketoId: 1001, seenVersion: 1, appliedVersion: 1, dirty: false, unsure: [] };
      const person = { marketoId: 1001, owner: 'contact:c1' };
      expect(textOf({ ...NOTHING, link, person })).toContain('  Marketo person 1001 was of contact:c1\n');
    },
  );

  test('shortens a long list', () => {
    const awaitedBy = Array.from({ length: 25 }, (_, n) => `contact:c${n}`);
    expect(textOf({ ...NOTHING, awaitedBy })).toContain('  contact:c19\n  and 5 more (--json)\n');
  });
});
