import type { BoundField } from '../../../model/bind';
import type { Converted } from '../../../model/convert';
import { type FieldDecision, forDynamics, forMarketo, heldFields, marksAfter } from '../../../model/decision';
import type { Marks } from '../../../model/fingerprint';
import { type MergeInput, merge } from '../../../model/merge';
import { bound, fingerprinter, PICKLIST } from './builders';

const email = bound({
  dynamics: 'emailaddress1',
  marketo: 'email',
  column: { type: 'String', maxLength: 100 },
  field: { dataType: 'email', length: 255 },
});
const city = bound({
  dynamics: 'address1_city',
  marketo: 'city',
  column: { type: 'String', maxLength: 8 },
  field: { dataType: 'string', length: 10 },
});
const rating = bound({
  dynamics: 'leadqualitycode',
  marketo: 'rating',
  column: PICKLIST,
  field: { dataType: 'string' },
});
const optOut = bound({
  dynamics: 'donotbulkemail',
  marketo: 'unsubscribed',
  consent: true,
  column: { type: 'Boolean' },
  field: { dataType: 'boolean' },
});
const score = bound({
  dynamics: 'mkt_leadscore',
  marketo: 'leadScore',
  direction: 'to-dynamics',
  column: { type: 'Integer' },
  field: { dataType: 'score' },
});
const owner = bound({
  dynamics: 'ownerid',
  marketo: 'externalSalesPersonId',
  direction: 'to-marketo',
  references: 'systemuser',
  column: { type: 'Owner' },
  field: { dataType: 'string', length: 50 },
});

const agreed = (field: BoundField, value: string | null): Marks =>
  new Map([[field.key, { state: 'agreed', fingerprint: fingerprinter.of(value) }]]);

function settle(
  fields: BoundField[],
  row: Record<string, unknown>,
  record: MergeInput['record'],
  more: Partial<MergeInput> = {},
): FieldDecision[] {
  return merge({ fields, row, record, marks: new Map(), fingerprinter, winner: 'dynamics', ...more });
}
const actions = (decisions: FieldDecision[]) => decisions.map(({ action }) => action);

describe('creating a record', () => {
  const row = {
    emailaddress1: 'jon24@adventure-works.com',
    address1_city: null,
    leadqualitycode: 1,
    donotbulkemail: false,
  };

  test('sends what has a value, and no empty ones', () => {
    const decisions = settle([email, city, rating, optOut], row, null);
    expect(forMarketo(decisions)).toEqual({ email: 'jon24@adventure-works.com', rating: 'Hot' });
    expect(forDynamics(decisions)).toEqual({});
  });

  test('an opt-out goes, for an unset boolean reads as no', () => {
    expect(forMarketo(settle([optOut], { donotbulkemail: true }, null))).toEqual({ unsubscribed: true });
  });

  test('a field that Marketo fills is left alone: there is nothing to take yet', () => {
    const decisions = settle([score], { mkt_leadscore: 5 }, null);
    expect(actions(decisions)).toEqual(['held']);
    expect(heldFields(new Map(), decisions)).toEqual([]);
  });

  test('afterwards the link remembers every field as agreed, the empty ones too', () => {
    const after = marksAfter(new Map(), settle([email, city, rating, optOut], row, null), 'marketo');
    expect(after).toEqual(
      new Map([
        [email.key, { state: 'agreed', fingerprint: fingerprinter.of('jon24@adventure-works.com') }],
        [city.key, { state: 'agreed', fingerprint: fingerprinter.of(null) }],
        [rating.key, { state: 'agreed', fingerprint: fingerprinter.of('hot') }],
        [optOut.key, { state: 'agreed', fingerprint: fingerprinter.of('false') }],
      ]),
    );
  });
});

describe('an entity that goes one way, whose record was not read', () => {
  const oneWay = { ...city, rule: { ...city.rule, direction: 'to-marketo' as const } };

  test('sends what differs from what was agreed', () => {
    expect(
      forMarketo(settle([oneWay], { address1_city: 'Graz' }, undefined, { marks: agreed(oneWay, 'Wien') })),
    ).toEqual({ city: 'Graz' });
  });

  test('sends a cleared value as a clearing', () => {
    expect(forMarketo(settle([oneWay], { address1_city: null }, undefined, { marks: agreed(oneWay, 'Wien') }))).toEqual(
      { city: null },
    );
  });

  test('sends nothing where nothing changed', () => {
    expect(
      actions(settle([oneWay], { address1_city: ' Wien ' }, undefined, { marks: agreed(oneWay, 'Wien') })),
    ).toEqual(['agreed']);
  });

  test('sends everything where nothing is remembered, for it can’t be known what is there', () => {
    expect(forMarketo(settle([oneWay], { address1_city: null }, undefined))).toEqual({ city: null });
  });

  test('takes nothing back', () => {
    expect(actions(settle([score], { mkt_leadscore: 5 }, undefined))).toEqual(['held']);
  });
});

describe('settling a pair', () => {
  test('carries an option as label there and as code back', () => {
    const marks = agreed(rating, 'hot');
    expect(forMarketo(settle([rating], { leadqualitycode: 3 }, { rating: 'Hot' }, { marks }))).toEqual({
      rating: 'Cold',
    });
    expect(forDynamics(settle([rating], { leadqualitycode: 1 }, { rating: 'Cold' }, { marks }))).toEqual({
      leadqualitycode: 3,
    });
  });

  test('a cleared field is sent as null either way', () => {
    const marks = agreed(city, 'Wien');
    expect(forMarketo(settle([city], { address1_city: null }, { city: 'Wien' }, { marks }))).toEqual({ city: null });
    expect(forDynamics(settle([city], { address1_city: 'Wien' }, { city: null }, { marks }))).toEqual({
      address1_city: null,
    });
  });

  test('the case of an e-mail is no difference', () => {
    expect(actions(settle([email], { emailaddress1: 'A@B.co' }, { email: 'a@b.co' }))).toEqual(['agreed']);
  });

  test('a one-way option to Dynamics is compared by its label, not by its code', () => {
    const back = { ...rating, rule: { ...rating.rule, direction: 'to-dynamics' as const } };
    expect(actions(settle([back], { leadqualitycode: 1 }, { rating: 'Hot' }))).toEqual(['agreed']);
    expect(forDynamics(settle([back], { leadqualitycode: 1 }, { rating: 'Warm' }))).toEqual({ leadqualitycode: 2 });
  });

  test('a score goes to Dynamics, and an equal one does not', () => {
    expect(forDynamics(settle([score], { mkt_leadscore: 5 }, { leadScore: 12 }))).toEqual({ mkt_leadscore: 12 });
    expect(actions(settle([score], { mkt_leadscore: 12 }, { leadScore: 12 }))).toEqual(['agreed']);
  });

  test('fields of a person’s company stay out altogether', () => {
    const decisions = settle(
      [email, city],
      { address1_city: 'Graz' },
      { city: 'Wien' },
      { excluded: new Set(['city']) },
    );
    expect(decisions.map(({ bound: { field } }) => field.name)).toEqual(['email']);
  });
});

describe('a reference', () => {
  const USER = 'b97dd2fd-155d-5921-bce6-75591b09235e';
  const row = { _ownerid_value: USER.toUpperCase() };
  const resolved = (converted: Converted) => ({ resolved: new Map([['externalSalesPersonId', converted]]) });

  test('goes once its target is there', () => {
    expect(forMarketo(settle([owner], row, { externalSalesPersonId: null }, resolved({ value: USER })))).toEqual({
      externalSalesPersonId: USER,
    });
  });

  test('whose target is missing waits alone, and leaves no mark that would hold it afterwards', () => {
    const decisions = settle(
      [owner, city],
      { ...row, address1_city: 'Graz' },
      null,
      resolved({ park: 'missing-reference' }),
    );
    expect(decisions[0]).toEqual({
      bound: owner,
      action: 'parked',
      parked: { field: 'externalSalesPersonId', reason: 'missing-reference' },
    });
    expect(forMarketo(decisions)).toEqual({ city: 'Graz' });
    const marks = marksAfter(new Map(), decisions, 'marketo');
    expect(marks.has(owner.key)).toBe(false);
    expect(
      forMarketo(settle([owner], row, { externalSalesPersonId: null }, { marks, ...resolved({ value: USER }) })),
    ).toEqual({ externalSalesPersonId: USER });
  });

  test('whose target will never come clears the field', () => {
    expect(forMarketo(settle([owner], row, { externalSalesPersonId: USER }, resolved({ value: null })))).toEqual({
      externalSalesPersonId: null,
    });
  });
});
