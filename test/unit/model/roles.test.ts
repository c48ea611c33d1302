import { desiredRoles, roleChanges, type WrittenRole } from '../../../model/roles';

const ANN = 'aaaaaaaa-0000-4000-8000-000000000001';
const BOB = 'bbbbbbbb-0000-4000-8000-000000000002';

describe('the contact roles that an opportunity should have', () => {
  test('none, where no source names a contact', () => {
    expect(desiredRoles({ customer: null, parentContact: null, connections: {} }, true)).toEqual([]);
    expect(desiredRoles({ connections: {} }, true)).toEqual([]);
  });

  test('a customer that is a contact is the primary role', () => {
    expect(desiredRoles({ customer: ANN, connections: {} }, true)).toEqual([
      { contact: ANN, role: 'Customer', isPrimary: true },
    ]);
  });

  test('a parent contact is primary only where no contact is the customer', () => {
    expect(desiredRoles({ parentContact: BOB, connections: {} }, true)).toEqual([
      { contact: BOB, role: 'Contact', isPrimary: true },
    ]);
    expect(desiredRoles({ customer: ANN, parentContact: BOB, connections: {} }, true)).toEqual([
      { contact: ANN, role: 'Customer', isPrimary: true },
      { contact: BOB, role: 'Contact', isPrimary: false },
    ]);
  });

  test('a parent contact that is the customer too has one role', () => {
    expect(desiredRoles({ customer: ANN, parentContact: ANN, connections: {} }, true)).toEqual([
      { contact: ANN, role: 'Customer', isPrimary: true },
    ]);
  });

  test('parent contacts are left out where the setting says so, as the built-in connector does', () => {
    expect(desiredRoles({ parentContact: BOB, connections: {} }, false)).toEqual([]);
  });

  test('each connection adds its role; two that say the same are one', () => {
    const connections = {
      c1: { contact: ANN, role: 'Decision Maker' },
      c2: { contact: ANN, role: 'Influencer' },
      c3: { contact: ANN, role: 'Influencer' },
      c4: { contact: BOB, role: 'Influencer' },
    };
    expect(desiredRoles({ connections }, true)).toEqual([
      { contact: ANN, role: 'Decision Maker', isPrimary: false },
      { contact: ANN, role: 'Influencer', isPrimary: false },
      { contact: BOB, role: 'Influencer', isPrimary: false },
    ]);
  });
});

describe('what has to be written to get there', () => {
  const written = (contact: string, leadId: number, role: string, isPrimary = false): WrittenRole => ({
    contact,
    leadId,
    role,
    isPrimary,
  });
  const customer = written(ANN, 7, 'Customer', true);

  test('everything, the first time', () => {
    expect(roleChanges([], [customer])).toEqual({ write: [customer], remove: [] });
  });

  test('nothing, when nothing changed', () => {
    expect(roleChanges([customer], [{ ...customer }])).toEqual({ write: [], remove: [] });
  });

  test('what is not desired any more is removed', () => {
    expect(roleChanges([customer, written(BOB, 8, 'Contact')], [customer])).toEqual({
      write: [],
      remove: [written(BOB, 8, 'Contact')],
    });
    expect(roleChanges([customer], [])).toEqual({ write: [], remove: [customer] });
  });

  test('a moved primary flag is written', () => {
    expect(roleChanges([customer], [{ ...customer, isPrimary: false }])).toEqual({
      write: [{ ...customer, isPrimary: false }],
      remove: [],
    });
  });

  test('a contact that became another person gets its roles again, and the old person loses them', () => {
    expect(roleChanges([customer], [{ ...customer, leadId: 70 }])).toEqual({
      write: [{ ...customer, leadId: 70 }],
      remove: [customer],
    });
  });

  test('another role of the same person is another role', () => {
    expect(roleChanges([customer], [customer, written(ANN, 7, 'Influencer')])).toEqual({
      write: [written(ANN, 7, 'Influencer')],
      remove: [],
    });
  });
});
