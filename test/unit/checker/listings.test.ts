import type { Exception } from '../../../checker/index';
import { pairedContact, ruled, Story } from './story';

// What is listed as kept back is excused where it has a cause; beside each cause stands the breach that the listing must not hide.

/** What is found of a story when this is listed for contact c1. */
function listed(story: Story, exception: Omit<Exception, 'entity' | 'id'>): string[] {
  story.parked = [{ entity: 'contact', id: 'c1', ...exception }];
  return story.found();
}

describe('a listing excuses', () => {
  const edited = () => pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: 'bad' });
  const refused = { field: 'title', reason: 'refused-by-marketo', code: '1003' };

  test('a value that was refused, and no value that was never tried', () => {
    const story = () => edited().refuse('marketo', 'leads', '1', '1003', ['id', 'title']);
    expect(listed(story(), refused)).toEqual([]);
    expect(listed(story().edit('dynamics', 'contact', 'c1', { jobtitle: 'good' }), refused)).toEqual([
      'lost contact c1 title',
    ]);
  });

  test('a value that was refused before, when it has come back', () => {
    const story = edited().refuse('marketo', 'leads', '1', '1003', ['id', 'title']);
    story
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'good' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'bad' });
    expect(listed(story, refused)).toEqual([]);
  });

  test('a field that was sent, and none that was not', () => {
    expect(listed(edited().refuse('marketo', 'leads', '1', '1003', ['id', 'email']), refused)).toEqual([
      'lost contact c1 title',
    ]);
  });

  test('a value that Dynamics refused, and no later one', () => {
    const back = { field: 'title', reason: 'refused-by-dynamics', code: '0x80040265' };
    const story = () =>
      pairedContact()
        .edit('marketo', 'leads', '1', { title: 'bad' })
        .refuse('dynamics', 'contact', 'c1', '0x80040265', ['jobtitle']);
    expect(listed(story(), back)).toEqual([]);
    expect(listed(story().edit('marketo', 'leads', '1', { title: 'good' }), back)).toEqual(['lost contact c1 title']);
  });

  test('a row that was refused, and none that has been edited since', () => {
    const story = () =>
      new Story().edit('dynamics', 'contact', 'c1', { jobtitle: 'x' }).refuse('marketo', 'leads', 'c1', '1003');
    const row = { reason: 'refused-by-marketo', code: '1003' };
    expect(listed(story(), row)).toEqual([]);
    expect(listed(story().edit('dynamics', 'contact', 'c1', { jobtitle: 'y' }), row)).toEqual(['lost contact c1']);
  });

  test('a row whose writes failed again and again while others got through, and none while the system was down for all', () => {
    const keeps = { reason: 'keeps-failing', code: 'marketo 611' };
    /** @param each entries between two failures, a second each */
    const failing = (times: number, each: number, system: 'marketo' | 'dynamics') => {
      const story = pairedContact();
      for (let time = 0; time < times; time += 1) {
        story.fail('marketo', ['c1']);
        for (let entry = 0; entry < each; entry += 1) story.read(system);
      }
      return listed(story, keeps);
    };
    expect(failing(5, 100, 'marketo')).toEqual([]);
    expect(failing(20, 100, 'dynamics')).toEqual(['lost contact c1']);
    expect(failing(4, 300, 'marketo')).toEqual(['lost contact c1']);
    expect(failing(5, 20, 'marketo')).toEqual(['lost contact c1']);
  });

  test('an earlier value of a row that has become too large to be read, and of no other', () => {
    const story = () => {
      const corrected = pairedContact()
        .edit('dynamics', 'contact', 'c1', { emailaddress1: 'nobody@localhost' })
        .edit('dynamics', 'contact', 'c1', { emailaddress1: 'ann@example.com' })
        .read('dynamics', { fault: 'oversized' });
      corrected.parked = [{ entity: 'contact', id: 'c1', field: 'email', reason: 'invalid-email' }];
      return corrected;
    };
    const unread = story();
    unread.parked.push({ entity: 'contact', id: 'c1', reason: 'too-large' });
    expect(unread.found()).toEqual([]);
    expect(story().found()).toContain('lost contact c1 email');
  });

  test('a field by a field’s reason, and no whole row', () => {
    const story = () => pairedContact().edit('dynamics', 'contact', 'c1', { emailaddress1: 'nobody@localhost' });
    expect(listed(story(), { field: 'email', reason: 'invalid-email' })).toEqual([]);
    expect(listed(story(), { reason: 'invalid-email' })).toEqual(['lost contact c1']);
  });

  test('a value on its way there, and none that only the other way would not take', () => {
    const long = () =>
      ruled(pairedContact().edit('marketo', 'leads', '1', { title: 'sixsix' }), 'title', { columnLength: 5 });
    expect(listed(long(), { field: 'title', reason: 'too-long' })).toEqual([]);
    const oneWay = pairedContact().edit('marketo', 'leads', '1', { leadStatus: 'Nobody’s' });
    expect(listed(oneWay, { field: 'leadStatus', reason: 'unknown-option' })).toEqual(['lost contact c1 leadStatus']);
  });

  test('what does not fit of the living person, and not of one that is gone', () => {
    const story = ruled(pairedContact(), 'title', { columnLength: 5 })
      .edit('marketo', 'leads', '2', { microsoftId: 'c1', title: 'sixsix' })
      .remove('marketo', 'leads', '2');
    expect(listed(story, { field: 'title', reason: 'too-long' })).toEqual(['lost contact c1 title']);
  });

  test('a conflict where somebody is to be asked and both sides differ', () => {
    const story = () =>
      pairedContact()
        .edit('dynamics', 'contact', 'c1', { jobtitle: 'crm' })
        .edit('marketo', 'leads', '1', { title: 'form' });
    const conflict = { field: 'title', reason: 'in-conflict' };
    expect(listed(ruled(story(), 'title', { conflict: 'ask' }), conflict)).toEqual([]);
    expect(listed(story(), conflict)).toEqual(['lost contact c1 title']);
    expect(listed(ruled(pairedContact(), 'title', { conflict: 'ask' }), conflict)).toEqual(['lost contact c1 title']);
  });

  test('two strangers of the same address, and not one', () => {
    const one = () =>
      new Story()
        .edit('dynamics', 'contact', 'c1', { emailaddress1: 'a@x.example' })
        .edit('marketo', 'leads', '1', { email: 'a@x.example' });
    expect(listed(one().edit('marketo', 'leads', '2', { email: 'a@x.example' }), { reason: 'ambiguous' })).toEqual([]);
    expect(listed(one(), { reason: 'ambiguous' })).toEqual(['lost contact c1']);
    const park = one();
    park.map = { ...park.map, adoption: 'park' };
    expect(listed(park, { reason: 'to-be-adopted' })).toEqual([]);
    expect(listed(one(), { reason: 'to-be-adopted' })).toEqual(['lost contact c1']);
  });

  test('a person that others deleted, and none that the service did; as merged only one that was', () => {
    const gone = (by: 'others' | 'service', into?: string) =>
      by === 'others'
        ? pairedContact().remove('marketo', 'leads', '1')
        : pairedContact().write('marketo', 'leads', '1', {}, { kind: 'delete', ...(into && { into }) });
    expect(listed(gone('others'), { reason: 'gone-from-marketo' })).toEqual([]);
    expect(listed(gone('service'), { reason: 'gone-from-marketo' })).toContain('lost contact c1');
    expect(listed(gone('others'), { reason: 'merged-in-marketo' })).toEqual(['lost contact c1']);
  });

  test('nothing by a reason that nobody knows', () => {
    expect(listed(pairedContact(), { field: 'title', reason: 'because' })).toEqual(['lost contact c1 title']);
    expect(listed(pairedContact(), { reason: 'deletes-stopped' })).toEqual(['lost contact c1']);
  });
});

describe('what is listed of an opportunity’s roles excuses', () => {
  const role = { externalOpportunityId: 'o1', leadId: 1, role: 'Customer', isPrimary: true };
  const sold = () =>
    pairedContact()
      .edit('dynamics', 'opportunity', 'o1', {
        name: 'x',
        _customerid_value: 'c1',
        _customerid_type: 'contact',
        _parentcontactid_value: 'c2',
      })
      .edit('dynamics', 'contact', 'c2', { jobtitle: 'x', new_synctomkto: false })
      .write('marketo', 'opportunities', '5', { externalOpportunityId: 'o1', name: 'x' });
  const roles = (story: Story, reason: string, field?: string) => {
    story.parked = [{ entity: 'connection', id: 'o1', reason, ...(field && { field }) }];
    return story.found();
  };

  test('who waits for a contact, and nobody else', () => {
    expect(roles(sold().write('marketo', 'roles', 'r1', role), 'not-eligible')).toEqual([]);
    expect(roles(sold(), 'not-eligible')).toEqual(['lost connection o1']);
    const stale = sold()
      .write('marketo', 'roles', 'r1', role)
      .write('marketo', 'roles', 'r2', { ...role, role: 'Former' });
    expect(roles(stale, 'not-eligible')).toEqual(['different connection o1']);
  });

  test('the role that was refused, and no other', () => {
    expect(roles(sold().refuse('marketo', 'roles', 'o1,1,Customer', '1003'), 'refused-by-marketo')).toEqual([]);
    expect(roles(sold().refuse('marketo', 'roles', 'o1,1,Other', '1003'), 'refused-by-marketo')).toEqual([
      'lost connection o1',
      'lost connection o1',
    ]);
  });

  test('a role whose name is too long, where that is listed', () => {
    const named = (name: string) =>
      sold()
        .write('marketo', 'roles', 'r1', role)
        .edit('dynamics', 'connectionrole', 'x1', { name })
        .edit('dynamics', 'connection', 'k1', {
          _record1id_value: 'o1',
          _record2id_value: 'c1',
          _record2roleid_value: 'x1',
          statecode: 0,
        });
    const long = 'x'.repeat(51);
    expect(roles(named(long), 'too-long', 'role')).toEqual([]);
    expect(named(long).found()).toEqual(['lost connection o1']);
    expect(roles(named('short'), 'too-long', 'role')).toEqual(['lost connection o1', 'lost connection o1 role']);
  });
});

describe('the length of a text', () => {
  const long = (title: string, inBytes?: true) => {
    const story = ruled(pairedContact(), 'title', { fieldLength: 5, ...(inBytes && { inBytes }) });
    return listed(story.edit('dynamics', 'contact', 'c1', { jobtitle: title }), { field: 'title', reason: 'too-long' });
  };

  test('is in characters, of a text area in bytes, and without the space around it', () => {
    expect(long('ääääää')).toEqual([]);
    expect(long('äääää')).toEqual(['lost contact c1 title']);
    expect(long('äääää', true)).toEqual([]);
    expect(long(' five5 ')).toEqual(['lost contact c1 title']);
  });
});

describe('a deletion in Dynamics', () => {
  const gone = () => pairedContact().remove('dynamics', 'contact', 'c1').read('dynamics');

  test('waits where somebody has to say so, or where Marketo refused it, and for nothing else that is listed of its row', () => {
    expect(listed(gone(), { reason: 'deletes-stopped' })).toEqual([]);
    const refused = { reason: 'refused-by-marketo', code: '1003' };
    expect(listed(gone().refuse('marketo', 'leads', '1', '1003', ['id']), refused)).toEqual([]);
    const before = pairedContact()
      .refuse('marketo', 'leads', '1', '1003', ['id'])
      .remove('dynamics', 'contact', 'c1')
      .read('dynamics');
    expect(listed(before, refused)).toEqual(['lost contact c1']);
    expect(listed(gone(), { reason: 'missing-reference' })).toEqual(['lost contact c1']);
  });
});
