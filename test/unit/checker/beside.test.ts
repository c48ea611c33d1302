import { type CheckedEntity, check } from '../../../checker/index';
import { pairedContact, pairedLead, Story } from './story';

// Excuses that rest on what the service can't have known or need not do, each with the breach just beside it.

const person = { microsoftId: 'c1', microsoftType: 'Contact' };

/** The story's map with some of an entity's rules others. */
const withEntity = (story: Story, name: string, more: Partial<CheckedEntity>): Story => {
  story.map = {
    ...story.map,
    entities: story.map.entities.map((entity) => (entity.name === name ? { ...entity, ...more } : entity)),
  };
  return story;
};

test('a change is not due for as long as its entity need not be looked at, and no longer', () => {
  const edited = (settleSeconds: number) => {
    const story = new Story().edit('dynamics', 'account', 'a1', { name: 'old' });
    story.write('marketo', 'companies', '7', { externalCompanyId: 'a1', company: 'old' });
    story.edit('dynamics', 'account', 'a1', { name: 'new' });
    // Entries are a second apart.
    for (let second = 0; second < 10; second += 1) story.edit('dynamics', 'unmapped', 'u1', { second });
    return withEntity(story, 'account', { settleSeconds }).found();
  };
  expect(edited(60)).toEqual([]);
  expect(edited(5)).toEqual(['different account a1 company']);
});

test('an answer is in doubt where the service was ended just after it, and not where it had long been remembered', () => {
  const settled = (reads: number) => {
    const story = pairedContact()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'crm' })
      .write('marketo', 'leads', '1', { title: 'crm' });
    for (let read = 0; read < reads; read += 1) story.read('dynamics');
    const interrupted = [story.next];
    story.read('dynamics').edit('marketo', 'leads', '1', { title: 'form' });
    story.write('marketo', 'leads', '1', { title: 'crm' });
    return check({ ...story.evidence(), interrupted }).breaches.map(({ clause }) => clause);
  };
  expect(settled(1)).toEqual([]);
  expect(settled(30)).toEqual(['lost']);
});

describe('a person is made', () => {
  const known = () =>
    new Story()
      .edit('marketo', 'leads', '1', { email: 'a@x.example' })
      .edit('dynamics', 'contact', 'c1', { emailaddress1: 'a@x.example' })
      .read('dynamics');
  const made = (story: Story) =>
    story.read('marketo').write('marketo', 'leads', '9', { ...person, email: 'a@x.example' });

  test('where two strangers have the address, or the one has had an owner; not where one is free', () => {
    expect(made(known()).found()).toEqual(['duplicated contact c1']);
    expect(made(known().edit('marketo', 'leads', '2', { email: 'a@x.example' })).found()).toEqual([]);
    const owned = known()
      .edit('marketo', 'leads', '1', { microsoftId: 'z' })
      .edit('marketo', 'leads', '1', { microsoftId: null });
    expect(made(owned).found()).toEqual([]);
  });

  test('again for a row that came back where the policy had deleted it with the row, and not where the row stayed', () => {
    const again = (restored: boolean) => {
      const story = withEntity(pairedContact(), 'contact', { whenDeleted: 'delete' });
      if (restored) story.remove('dynamics', 'contact', 'c1').read('dynamics');
      story.remove('marketo', 'leads', '1');
      if (restored) story.edit('dynamics', 'contact', 'c1', { jobtitle: 'old', statecode: 0 }).read('dynamics');
      return story.write('marketo', 'leads', '9', { ...person, title: 'old', leadStatus: 'Active' }).found();
    };
    expect(again(true)).toEqual([]);
    expect(again(false)).toEqual(['duplicated contact c1']);
  });
});

test('a person’s own records go with it, and not by themselves', () => {
  const gone = (withPerson: boolean) => {
    const story = withEntity(pairedContact(), 'contact', { whenDeleted: 'delete' })
      .edit('dynamics', 'new_orderline', 'o1', { new_name: 'x', _new_contactid_value: 'c1' })
      .write('marketo', 'customobjects/order_c', 'g1', { microsoftId: 'o1', name: 'x', leadId: 1 });
    if (!withPerson) return story.write('marketo', 'customobjects/order_c', 'g1', {}, { kind: 'delete' }).found();
    story.remove('dynamics', 'contact', 'c1').read('dynamics');
    const call = story.next;
    story
      .write('marketo', 'leads', '1', {}, { kind: 'delete' })
      .edit('marketo', 'customobjects/order_c', 'g1', {}, 'delete');
    const last = story.marketo.at(-1);
    if (last?.kind === 'delete') Object.assign(last, { by: story.evidence().service.marketo, call });
    return story.found();
  };
  expect(gone(true)).not.toContain('wrongly-deleted new_orderline o1');
  expect(gone(false)).toContain('wrongly-deleted new_orderline o1');
});

describe('a contact role', () => {
  const sold = () =>
    pairedContact()
      .edit('dynamics', 'opportunity', 'o1', { name: 'x', _customerid_value: null })
      .write('marketo', 'opportunities', '5', { externalOpportunityId: 'o1', name: 'x' });
  const role = { externalOpportunityId: 'o1', leadId: 1, role: 'Customer', isPrimary: true };

  test('that others made stays; one of ours has to go, unless its person is no longer a row’s', () => {
    expect(sold().edit('marketo', 'roles', 'r1', role).found()).toEqual([]);
    expect(sold().write('marketo', 'roles', 'r1', role).found()).toEqual(['different connection o1']);
    const nobodys = sold().write('marketo', 'roles', 'r1', role).remove('dynamics', 'contact', 'c1').read('dynamics');
    expect(nobodys.write('marketo', 'leads', '1', { microsoftIsDeleted: true }).found()).toEqual([]);
  });

  test('that others made is not ours to remove', () => {
    const foreign = sold().edit('marketo', 'roles', 'r1', role);
    expect(foreign.write('marketo', 'roles', 'r1', {}, { kind: 'delete' }).found()).toEqual([
      'wrongly-deleted connection o1',
    ]);
  });

  test('may be there of a frozen contact, and need not; it is removed wrongly only where the rows could be read', () => {
    const customer = { _customerid_value: 'c1', _customerid_type: 'contact' };
    const frozen = sold()
      .edit('dynamics', 'contact', 'c1', { new_synctomkto: false })
      .edit('dynamics', 'opportunity', 'o1', customer);
    expect(frozen.found()).toEqual([]);
    const removed = (known: boolean) => {
      const story = sold().write('marketo', 'roles', 'r1', role).edit('dynamics', 'opportunity', 'o1', customer);
      if (known) story.read('dynamics');
      return story
        .write('marketo', 'roles', 'r1', {}, { kind: 'delete' })
        .write('marketo', 'roles', 'r2', role)
        .found();
    };
    expect(removed(false)).toEqual([]);
    expect(removed(true)).toEqual(['wrongly-deleted connection o1']);
  });
});

test('an opportunity whose customer is a contact has that contact’s account; where the contact is not synced, any that it had or none', () => {
  const sold = (filter: boolean, account: string | null) => {
    const story = withEntity(new Story(), 'opportunity', {
      lines: [
        {
          column: 'customerid',
          field: 'externalCompanyId',
          direction: 'to-marketo',
          kind: 'lookup',
          references: 'account',
        },
      ],
    });
    for (const [id, company] of [
      ['a1', '7'],
      ['a2', '8'],
    ] as const)
      story
        .edit('dynamics', 'account', id, { name: id })
        .write('marketo', 'companies', company, { externalCompanyId: id, company: id });
    const contact = {
      statecode: 0,
      new_synctomkto: filter,
      _parentcustomerid_value: 'a1',
      _parentcustomerid_type: 'account',
    };
    story.edit('dynamics', 'contact', 'c1', contact);
    if (filter) story.write('marketo', 'leads', '1', { ...person, leadStatus: 'Active', externalCompanyId: 'a1' });
    story.edit('dynamics', 'opportunity', 'o1', { _customerid_value: 'c1', _customerid_type: 'contact' });
    story.write('marketo', 'opportunities', '5', { externalOpportunityId: 'o1', externalCompanyId: account });
    return story.found().filter((one) => one.includes('opportunity'));
  };
  expect([sold(true, 'a1'), sold(false, 'a1'), sold(false, null)]).toEqual([[], [], []]);
  expect(sold(true, null)).toEqual(['lost opportunity o1 externalCompanyId']);
  expect(sold(true, 'a2')).toEqual(['different opportunity o1 externalCompanyId']);
  expect(sold(false, 'a2')).toEqual(['different opportunity o1 externalCompanyId']);
});

test('an opt-out of a lead whose person went into the contact’s stands, unless somebody opted in since', () => {
  const merged = (since: boolean) => {
    const story = pairedLead()
      .edit('dynamics', 'lead', 'l1', { donotphone: true })
      .edit('dynamics', 'contact', 'c1', { statecode: 0 })
      .write('marketo', 'leads', '2', { ...person, leadStatus: 'Active' });
    if (since)
      story.edit('marketo', 'leads', '2', { doNotCall: true }).edit('marketo', 'leads', '2', { doNotCall: false });
    story.edit('dynamics', 'lead', 'l1', { statecode: 1, _parentcontactid_value: 'c1' });
    return story.write('marketo', 'leads', '1', {}, { kind: 'delete', into: '2' }).found();
  };
  expect(merged(false)).toEqual(['lost contact c1 doNotCall']);
  expect(merged(true)).toEqual([]);
});

test('an opt-in of a lead that was closed already stands, where its person was told of it before the merge', () => {
  const merged = (isTold: boolean) => {
    const story = pairedLead()
      .edit('dynamics', 'contact', 'c1', { statecode: 0 })
      .write('marketo', 'leads', '2', { ...person, leadStatus: 'Active' })
      .edit('dynamics', 'lead', 'l1', { donotphone: true })
      .write('marketo', 'leads', '1', { doNotCall: true })
      .edit('dynamics', 'lead', 'l1', { statecode: 1, _parentcontactid_value: 'c1' })
      .edit('dynamics', 'lead', 'l1', { donotphone: false });
    if (isTold) story.write('marketo', 'leads', '1', { doNotCall: false });
    return story.write('marketo', 'leads', '1', {}, { kind: 'delete', into: '2' }).found();
  };
  expect(merged(true)).toEqual([]);
  expect(merged(false)).toEqual(['lost contact c1 doNotCall']);
});
