import type { Exception } from '../../../checker/index';
import { pairedContact, pairedLead, Story } from './story';

/** What is found of a story when this is listed for contact c1. */
function listed(story: Story, exception: Omit<Exception, 'entity' | 'id'>): string[] {
  story.parked = [{ entity: 'contact', id: 'c1', ...exception }];
  return story.found();
}

describe('what is listed as kept back has a cause', () => {
  test.each([
    ['an address that Marketo refuses', { emailaddress1: 'müller@x.example' }, 'email', 'invalid-email'],
    ['an option that has no label', { statecode: 7 }, 'leadStatus', 'unknown-option'],
  ])('%s', (_, values, field, reason) => {
    expect(listed(pairedContact().edit('dynamics', 'contact', 'c1', values), { field, reason })).toEqual([]);
    expect(listed(pairedContact(), { field, reason })).toEqual([`lost contact c1 ${field}`]);
  });

  test('a text that is longer than the other side’s field', () => {
    const long = (title: string) => {
      const story = pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: title });
      story.map = {
        ...story.map,
        entities: story.map.entities.map((entity) => ({
          ...entity,
          lines: entity.lines.map((line) => ({ ...line, fieldLength: 5 })),
        })),
      };
      return story;
    };
    expect(listed(long('sixsix'), { field: 'title', reason: 'too-long' })).toEqual([]);
    expect(listed(long('five5'), { field: 'title', reason: 'too-long' })).toEqual(['lost contact c1 title']);
  });

  test('an answer that was longer than any may be', () => {
    const read = (fault: object) => pairedContact().write('dynamics', 'contacts', 'c1', { jobtitle: 'Buyer' }, fault);
    expect(listed(read({ fault: 'oversized' }), { reason: 'too-large' })).not.toContain('lost contact c1');
    expect(listed(read({ fault: 'html' }), { reason: 'too-large' })).toContain('lost contact c1');
    expect(listed(pairedContact(), { reason: 'too-large' })).toEqual(['lost contact c1']);
  });

  test('the Dynamics name of a field names it as well', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { emailaddress1: 'nobody@localhost' });
    expect(listed(story, { field: 'emailaddress1', reason: 'invalid-email' })).toEqual([]);
  });

  test('a reference to a row that is not in Marketo', () => {
    const refer = () =>
      pairedContact()
        .edit('dynamics', 'account', 'a1', { name: 'Acme', new_synctomkto: false })
        .edit('dynamics', 'contact', 'c1', { _parentcustomerid_value: 'a1', _parentcustomerid_type: 'account' });
    const missing = { field: 'externalCompanyId', reason: 'missing-reference' };
    expect(listed(refer(), missing)).toEqual([]);
    const there = refer().edit('dynamics', 'account', 'a1', { new_synctomkto: true });
    there.write('marketo', 'companies', '7', { externalCompanyId: 'a1', company: 'Acme' });
    expect(listed(there, missing)).toEqual(['lost contact c1 externalCompanyId']);
  });

  test('a refusal in the ledger', () => {
    const edited = () => pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: 'new' });
    const refusal = { field: 'title', reason: 'refused-by-marketo', code: '1006' };
    expect(listed(edited().refuse('marketo', 'leads', 'c1', '1006', ['title']), refusal)).toEqual([]);
    expect(listed(edited(), refusal)).toEqual(['lost contact c1 title']);
  });

  test('more than one person with the address', () => {
    const row = () => new Story().edit('dynamics', 'contact', 'c1', { emailaddress1: 'a@x.example' });
    expect(listed(row(), { reason: 'ambiguous' })).toEqual(['lost contact c1']);
    const twice = row()
      .edit('marketo', 'leads', '1', { email: 'a@x.example' })
      .edit('marketo', 'leads', '2', { email: 'A@x.example' });
    expect(listed(twice, { reason: 'ambiguous' })).toEqual([]);
  });

  test('a person that was deleted in Marketo', () => {
    expect(listed(pairedContact().remove('marketo', 'leads', '1'), { reason: 'gone-from-marketo' })).toEqual([]);
    expect(listed(pairedContact(), { reason: 'gone-from-marketo' })).toEqual(['lost contact c1']);
  });

  test('an identity that others took away', () => {
    const taken = pairedContact().edit('marketo', 'leads', '1', { microsoftId: null });
    expect(listed(taken, { reason: 'not-ours' })).toEqual([]);
  });
});

describe('a contact that takes over what has become of its lead', () => {
  test('is listed with a cause where the lead’s person was deleted', () => {
    const story = pairedLead()
      .remove('marketo', 'leads', '1')
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'old', statecode: 0, _originatingleadid_value: 'l1' });
    expect(listed(story, { reason: 'gone-from-marketo' })).toEqual([]);
  });
});

describe('a lead that was qualified into an existing contact', () => {
  const qualified = (filter: boolean) =>
    pairedContact()
      .edit('dynamics', 'contact', 'c1', { new_synctomkto: filter })
      .edit('dynamics', 'lead', 'l1', { jobtitle: 'old', statecode: 1, _parentcontactid_value: 'c1' });

  test('needs no person of its own', () => {
    expect(qualified(true).found()).toEqual([]);
  });

  test('needs one while the contact is filtered out', () => {
    expect(qualified(false).found()).toEqual(['lost lead l1']);
  });
});

describe('a person that the service merged into another one', () => {
  const merged = (story: Story): Story => {
    story.write('marketo', 'leads', '2', { microsoftId: 'c2' }).write('marketo', 'leads', '1', {}, { kind: 'delete' });
    const last = story.marketo.findLast((entry) => entry.kind === 'delete');
    if (last?.kind === 'delete') last.into = '2';
    return story;
  };
  const two = () => pairedContact().edit('dynamics', 'contact', 'c2', { statecode: 0 });

  test('of a row that was merged is merged rightly', () => {
    const values = { merged: true, _masterid_value: 'c2', statecode: 0 };
    expect(merged(two().edit('dynamics', 'contact', 'c1', values)).found()).not.toContain('wrongly-deleted contact c1');
  });

  test('of a row that stands for itself is deleted wrongly', () => {
    expect(merged(two()).found()).toContain('wrongly-deleted contact c1');
  });
});
