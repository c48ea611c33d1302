import fc from 'fast-check';
import type { RoleSources } from '../../model/role-sources';
import { desiredRoles, roleChanges, type WrittenRole } from '../../model/roles';

const contact = fc.constantFrom('ann', 'bob', 'cyd', 'dan');
const maybe = fc.option(contact, { nil: null });
const sources: fc.Arbitrary<RoleSources> = fc.record({
  customer: maybe,
  parentContact: maybe,
  connections: fc.dictionary(
    fc.constantFrom('c1', 'c2', 'c3', 'c4'),
    fc.record({ contact, role: fc.constantFrom('Customer', 'Contact', 'Influencer') }),
  ),
});

/** Each contact's person; a merge or a relink makes it another. */
const people = fc.record({
  ann: fc.integer({ min: 1, max: 9 }),
  bob: fc.integer({ min: 11, max: 19 }),
  cyd: fc.integer({ min: 21, max: 29 }),
  dan: fc.integer({ min: 31, max: 39 }),
});
const sets: fc.Arbitrary<WrittenRole[]> = fc
  .tuple(sources, fc.boolean(), people)
  .map(([from, parent, ids]) =>
    desiredRoles(from, parent).map((role) => ({ ...role, leadId: ids[role.contact as keyof typeof ids] })),
  );

/** Marketo's own view: opportunity, person and role are the key (marketo-api §6.2). */
const inMarketo = (roles: readonly WrittenRole[]) =>
  new Map(roles.map(({ leadId, role, isPrimary }) => [`${leadId}|${role}`, isPrimary]));

test('the changes turn what was written into what is desired', () => {
  fc.assert(
    fc.property(sets, sets, (previous, desired) => {
      const { write, remove } = roleChanges(previous, desired);
      const records = inMarketo(previous);
      for (const key of inMarketo(remove).keys()) records.delete(key);
      for (const [key, isPrimary] of inMarketo(write)) records.set(key, isPrimary);
      expect(records).toEqual(inMarketo(desired));
    }),
  );
});

test('once there, nothing more is to be done', () => {
  fc.assert(fc.property(sets, (roles) => expect(roleChanges(roles, roles)).toEqual({ write: [], remove: [] })));
});

test('nothing is written and removed at once', () => {
  fc.assert(
    fc.property(sets, sets, (previous, desired) => {
      const { write, remove } = roleChanges(previous, desired);
      expect([...inMarketo(write).keys()].filter((key) => inMarketo(remove).has(key))).toEqual([]);
    }),
  );
});

test('each source’s contacts have a role, nobody else has, and at most one is primary', () => {
  fc.assert(
    fc.property(sources, fc.boolean(), (from, parent) => {
      const roles = desiredRoles(from, parent);
      const wanted = [
        from.customer,
        parent ? from.parentContact : null,
        ...Object.values(from.connections).map((one) => one.contact),
      ];
      expect(new Set(roles.map((role) => role.contact))).toEqual(new Set(wanted.filter((one) => one !== null)));
      expect(roles.filter(({ isPrimary }) => isPrimary).length).toBeLessThanOrEqual(1);
      expect(new Set(roles.map(({ contact: who, role }) => `${who}|${role}`)).size).toBe(roles.length);
    }),
  );
});
