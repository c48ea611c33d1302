import fc from 'fast-check';
import type { FieldDecision } from '../../../model/decision';
import { follow, HAPPENINGS, packTrail, RULES, type TrailEvent, unpackTrail } from '../../../model/trail';
import { eventsOf } from '../../../model/trail-events';
import { bound, STRING } from './builders';

const AT = Date.UTC(2026, 10, 23, 12, 0, 0);
const sent = (at: number, ...keys: number[]): TrailEvent => ({ at, what: 'sent-to-marketo', rule: 'one-side', keys });
const created = (at: number): TrailEvent => ({ at, what: 'created', rule: 'first-copy', keys: [] });
const told = (trail: Uint8Array | undefined): TrailEvent[] => unpackTrail(trail ?? new Uint8Array());

const anyEvent = fc.record(
  {
    at: fc.integer({ min: 0, max: 2 ** 47 }),
    what: fc.constantFrom(...HAPPENINGS),
    rule: fc.constantFrom(...RULES),
    code: fc.stringMatching(/^[ -~]{1,32}$/),
    keys: fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 300 }),
  },
  { requiredKeys: ['at', 'what', 'keys'] },
);

describe('a packed trail', () => {
  test('says the same when it is unpacked, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
        expect(unpackTrail(packTrail(events))).toEqual(events);
      }),
    );
  });

  test('of a record that was just made takes 11 bytes', () => {
    expect(follow(undefined, [created(AT)])).toHaveLength(11);
  });

  test('stays itself where nothing happened', () => {
    const trail = packTrail([created(AT)]);
    expect(follow(trail, [])).toBe(trail);
    expect(follow(undefined, [])).toBeUndefined();
  });
});

describe('the codes', () => {
  test('are those that links of 1e0847a hold', () => {
    const what = HAPPENINGS.map((one) => packTrail([{ at: AT, what: one, keys: [] }])[6]);
    expect(Object.fromEntries(HAPPENINGS.map((one, place) => [one, what[place]]))).toEqual({
      created: 0,
      linked: 1,
      'sent-to-marketo': 2,
      'sent-to-dynamics': 3,
      'refused-by-marketo': 4,
      'refused-by-dynamics': 5,
      parked: 6,
      flagged: 7,
      deleted: 8,
      state: 9,
      'lost-answer': 10,
      merged: 11,
      kept: 12,
    });
    const rules = RULES.map((rule) => [rule, packTrail([{ at: AT, what: 'state', rule, keys: [] }])[7]]);
    expect(Object.fromEntries(rules)).toEqual({
      'first-copy': 1,
      'one-way': 2,
      'one-side': 3,
      'value-beats-empty': 4,
      'own-copy': 5,
      restored: 6,
      dynamics: 7,
      marketo: 8,
      newest: 9,
      'non-empty': 10,
      'most-restrictive': 11,
      ask: 12,
    });
    expect(packTrail([{ at: AT, what: 'state', keys: [] }])[7]).toBe(0);
  });

  test('of a later version are passed over, and lose nothing: it finds them again', () => {
    const later = packTrail([created(AT), sent(AT + 1, 1), sent(AT + 2, 1, 2), sent(AT + 3, 3)]);
    later[11 + 15 + 6] = 200; // what the third event says
    later[11 + 15 + 19 + 7] = 201; // by which rule the last one was
    expect(told(later)).toEqual([created(AT), sent(AT + 1, 1), { at: AT + 3, what: 'sent-to-marketo', keys: [3] }]);
    let trail: Uint8Array | undefined = later;
    for (let n = 0; n < 20; n += 1) trail = follow(trail, [sent(AT + 4 + n, 9)]);
    const kept = Buffer.from(trail ?? []);
    expect(kept.includes(later.subarray(26, 45))).toBe(true);
    expect(kept.includes(later.subarray(45))).toBe(true);
    expect(told(trail).slice(0, 3)).toEqual(told(later));
  });
});

describe('a long story', () => {
  test('keeps the latest eight steps whole, and before them the last word on each field and how it began', () => {
    const edits = Array.from({ length: 10 }, (_, n) => sent(AT + n + 1, 7));
    let trail = follow(undefined, [created(AT)]);
    trail = follow(trail, [sent(AT, 1, 7)]);
    for (const edit of edits) trail = follow(trail, [edit]);
    expect(told(trail)).toEqual([created(AT), sent(AT, 1), ...edits.slice(-8)]);
  });

  test('remembers one beginning: the last', () => {
    let trail = follow(undefined, [created(AT)]);
    trail = follow(trail, [{ at: AT + 1, what: 'linked', code: 'adopted', keys: [] }]);
    for (let n = 0; n < 20; n += 1) trail = follow(trail, [sent(AT + 2 + n, 1)]);
    expect(told(trail).filter(({ what }) => what === 'created' || what === 'linked')).toEqual([
      { at: AT + 1, what: 'linked', code: 'adopted', keys: [] },
    ]);
  });

  test('never grows beyond its fields, and has the last word on each of them', () => {
    const edits = fc.array(fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(edits, (all) => {
        let trail: Uint8Array | undefined;
        const last = new Map<number, number>();
        all.forEach((keys, at) => {
          trail = follow(trail, [sent(at, ...keys)]);
          for (const key of keys) last.set(key, at);
        });
        const events = told(trail);
        expect(events.length).toBeLessThanOrEqual(8 + 31);
        for (const [key, at] of last) expect(events.findLast(({ keys }) => keys.includes(key))?.at).toBe(at);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the steps that one settled pair adds', () => {
  const field = (name: string, direction: 'both' | 'to-marketo' = 'both') =>
    bound({ dynamics: name, marketo: name, direction, column: STRING, field: { dataType: 'string', length: 255 } });
  const city = field('city');
  const title = field('title');
  const state = field('state', 'to-marketo');
  const mark = { state: 'agreed' as const, fingerprint: 1n };
  const toMarketo = (one: FieldDecision['bound'], more: Partial<FieldDecision> = {}): FieldDecision => ({
    bound: one,
    action: 'to-marketo',
    value: 'x',
    mark,
    ...more,
  });
  const before = { marks: new Map([[city.key, mark]]), parked: [] as string[] };
  const none = new Map<string, string>();

  test('are none where everything is agreed or held, so that a system at rest adds nothing', () => {
    const decisions: FieldDecision[] = [
      { bound: city, action: 'agreed', mark },
      { bound: title, action: 'held' },
    ];
    expect(eventsOf(decisions, before, { to: 'marketo', outcome: 'none', refused: none }, AT)).toEqual([]);
  });

  test('are one for all fields of a record that was made', () => {
    const call = { to: 'marketo' as const, outcome: 'created' as const, refused: none };
    expect(eventsOf([toMarketo(city), toMarketo(title)], before, call, AT)).toEqual([created(AT)]);
  });

  test('name the rule of each field that was sent', () => {
    const decisions = [
      toMarketo(city),
      toMarketo(title),
      toMarketo(state),
      toMarketo(field('phone'), { conflict: { winner: 'dynamics', rule: 'newest' } }),
    ];
    const steps = eventsOf(decisions, before, { to: 'marketo', outcome: 'updated', refused: none }, AT);
    expect(steps).toEqual([
      { at: AT, what: 'sent-to-marketo', rule: 'one-side', keys: [city.key] },
      { at: AT, what: 'sent-to-marketo', rule: 'value-beats-empty', keys: [title.key] },
      { at: AT, what: 'sent-to-marketo', rule: 'one-way', keys: [state.key] },
      { at: AT, what: 'sent-to-marketo', rule: 'newest', keys: [field('phone').key] },
    ]);
  });

  test('tell our own copy and a restored value from an edit', () => {
    const unsure = { ...before, unsureMarketo: [{ key: city.key, before: 0n, sent: 1n, at: AT }] };
    const call = { to: 'marketo' as const, outcome: 'updated' as const, refused: none };
    expect(eventsOf([toMarketo(city)], unsure, call, AT)).toMatchObject([{ rule: 'own-copy' }]);
    const restored: FieldDecision = { bound: city, action: 'to-dynamics', value: 'x' };
    const back = { to: 'dynamics' as const, outcome: 'updated' as const, refused: none };
    expect(eventsOf([restored], before, back, AT)).toMatchObject([{ what: 'sent-to-dynamics', rule: 'restored' }]);
  });

  test('are a refusal by its code, of a field or of the whole record', () => {
    const refused = new Map([['city', '1003']]);
    expect(
      eventsOf([toMarketo(city), toMarketo(title)], before, { to: 'marketo', outcome: 'updated', refused }, AT),
    ).toEqual([
      { at: AT, what: 'refused-by-marketo', code: '1003', keys: [city.key] },
      { at: AT, what: 'sent-to-marketo', rule: 'value-beats-empty', keys: [title.key] },
    ]);
    const whole = { to: 'marketo' as const, outcome: 'refused' as const, code: '1007', refused: none };
    expect(eventsOf([toMarketo(city)], before, whole, AT)).toEqual([
      { at: AT, what: 'refused-by-marketo', code: '1007', keys: [] },
    ]);
  });

  test('are a parking once, not each time that the value is met', () => {
    const decisions: FieldDecision[] = [
      { bound: city, action: 'parked', parked: { field: 'city', reason: 'missing-reference' } },
    ];
    const call = { to: 'marketo' as const, outcome: 'none' as const, refused: none };
    expect(eventsOf(decisions, before, call, AT)).toEqual([
      { at: AT, what: 'parked', code: 'missing-reference', keys: [city.key] },
    ]);
    expect(eventsOf(decisions, { ...before, parked: ['city'] }, call, AT)).toEqual([]);
  });
});
