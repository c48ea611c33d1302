import { bindRules, columnKey } from '../../../model/bind';
import { STANDARD_ENTITIES } from '../../../model/entities';
import { both, toDynamics, toMarketo } from '../../../model/field-rule';
import type { ValueKind } from '../../../model/normalise';
import { bound, columnsOf, fieldsOf, MULTI, PICKLIST, STRING } from './builders';

describe('binding a rule to both ends', () => {
  const kinds: [kind: ValueKind, columnType: string, dataType: string][] = [
    ['text', 'String', 'string'],
    ['text', 'String', 'email'],
    ['text', 'String', 'phone'],
    ['text', 'String', 'url'],
    ['text', 'Memo', 'text'],
    ['label', 'Picklist', 'string'],
    ['label', 'State', 'string'],
    ['label', 'Status', 'string'],
    ['boolean', 'Boolean', 'boolean'],
    ['integer', 'Integer', 'integer'],
    ['integer', 'Integer', 'score'],
    ['integer', 'BigInt', 'integer'],
    ['number', 'Money', 'currency'],
    ['number', 'Decimal', 'float'],
    ['number', 'Double', 'float'],
    ['integer', 'Integer', 'string'],
    ['number', 'Money', 'string'],
    ['datetime', 'DateTime', 'datetime'],
    ['date', 'DateTime', 'date'],
    ['id', 'Lookup', 'string'],
    ['id', 'Customer', 'string'],
    ['id', 'Owner', 'string'],
    ['id', 'Uniqueidentifier', 'string'],
  ];
  test.each(kinds)('takes a value as %s from a column of type %s to a field of type %s', (kind, type, dataType) => {
    expect(bound({ column: { type }, field: { dataType } }).kind).toBe(kind);
  });

  test('takes a multi-select option set as labels', () => {
    expect(bound({ column: MULTI, field: { dataType: 'string' } }).kind).toBe('labels');
  });

  test('takes a date-only column as a date, whatever the field', () => {
    expect(bound({ column: { type: 'DateTime', dateOnly: true }, field: { dataType: 'datetime' } }).kind).toBe('date');
  });

  test('finds the field whatever its case, and uses the case that Marketo uses', () => {
    const { bound: found } = bindRules(
      [both('firstname', 'FIRSTNAME')],
      columnsOf({ firstname: STRING }),
      fieldsOf([['firstName', 'string', 255]]),
    );
    expect(found.map(({ rule }) => rule.marketo)).toEqual(['firstName']);
  });

  test.each([
    ['String', 'integer'],
    ['String', 'currency'],
    ['String', 'boolean'],
    ['String', 'date'],
    ['String', 'datetime'],
    ['Boolean', 'string'],
    ['Picklist', 'integer'],
    ['Picklist', 'boolean'],
    ['Lookup', 'integer'],
    ['DateTime', 'integer'],
    ['DateTime', 'boolean'],
    ['Integer', 'boolean'],
    ['Money', 'date'],
    ['Virtual', 'string'],
    ['PartyList', 'string'],
  ])('drops a %s column beside a %s field, and says that they do not fit', (type, dataType) => {
    const found = bindRules([both('a', 'b')], columnsOf({ a: { type } }), fieldsOf([['b', dataType]]));
    expect(found.bound).toEqual([]);
    expect(found.dropped.map(({ why }) => why)).toEqual([
      `a column of type ${type} does not fit a field of type ${dataType}`,
    ]);
  });

  test('says which end of a rule is missing', () => {
    const { dropped } = bindRules(
      [both('nowhere', 'email'), both('firstname', 'nothing')],
      columnsOf({ firstname: STRING }),
      fieldsOf([['email', 'email', 255]]),
    );
    expect(dropped.map(({ why }) => why)).toEqual([
      'Dynamics has no column nowhere that can be read',
      'Marketo has no field nothing',
    ]);
  });

  test('drops a rule that would write a read-only field, and keeps one that only reads it', () => {
    const columns = columnsOf({ a: STRING });
    const fields = new Map([['mktoname', { name: 'mktoName', dataType: 'string', readOnly: true }]]);
    expect(bindRules([toMarketo('a', 'mktoName')], columns, fields).dropped.map(({ why }) => why)).toEqual([
      "Marketo's field mktoName is read-only",
    ]);
    expect(bindRules([both('a', 'mktoName')], columns, fields).bound).toEqual([]);
    expect(bindRules([toDynamics('a', 'mktoName')], columns, fields).bound).toHaveLength(1);
  });

  test('leaves out an optional rule in silence', () => {
    const found = bindRules([toMarketo('a', 'b', { optional: true })], {}, new Map());
    expect(found).toEqual({ bound: [], dropped: [] });
  });

  test('reads a lookup under its dressed name, all else under its own', () => {
    expect(columnKey({ logicalName: 'ownerid', type: 'Owner' })).toBe('_ownerid_value');
    expect(columnKey({ logicalName: 'customerid', type: 'Customer' })).toBe('_customerid_value');
    expect(columnKey({ logicalName: 'parentaccountid', type: 'Lookup' })).toBe('_parentaccountid_value');
    expect(columnKey({ logicalName: 'teamid', type: 'Uniqueidentifier' })).toBe('teamid');
    expect(columnKey({ logicalName: 'leadqualitycode', ...PICKLIST })).toBe('leadqualitycode');
  });

  test('gives a field the same key however the map is ordered or grows', () => {
    const columns = columnsOf({ a: STRING, b: STRING, c: STRING });
    const fields = fieldsOf([
      ['x', 'string'],
      ['y', 'string'],
      ['z', 'string'],
    ]);
    const keyOf = (rules: Parameters<typeof bindRules>[0]) =>
      bindRules(rules, columns, fields).bound.find(({ rule }) => rule.dynamics === 'a')?.key;
    const alone = keyOf([both('a', 'x')]);
    expect(alone).toBeDefined();
    expect(keyOf([both('c', 'z'), both('b', 'y'), both('a', 'x')])).toBe(alone);
    expect(keyOf([both('a', 'y')])).not.toBe(alone);
  });

  test('no two rows of a default map share a key, a Marketo field, or a two-way column', () => {
    for (const { rules } of STANDARD_ENTITIES) {
      const keys = rules.map(
        ({ dynamics, marketo }) => bound({ dynamics, marketo, column: STRING, field: { dataType: 'string' } }).key,
      );
      expect(new Set(keys).size).toBe(rules.length);
      expect(new Set(rules.map(({ marketo }) => marketo.toLowerCase())).size).toBe(rules.length);
      const writable = rules.filter(({ direction }) => direction !== 'to-marketo').map(({ dynamics }) => dynamics);
      expect(new Set(writable).size).toBe(writable.length);
    }
  });
});
