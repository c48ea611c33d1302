import { pairedContact, pairedLead, Story } from './story';

const identity = { microsoftId: 'c1', microsoftType: 'Contact' };

describe('duplicated', () => {
  test('a second person of one row', () => {
    const story = pairedContact().write('marketo', 'leads', '2', { ...identity, title: 'old', leadStatus: 'Active' });
    expect(story.found()).toEqual(['duplicated contact c1']);
  });

  test('a person made again after others had deleted it', () => {
    const story = pairedContact()
      .remove('marketo', 'leads', '1')
      .write('marketo', 'leads', '2', { ...identity, title: 'old', leadStatus: 'Active' });
    expect(story.found()).toEqual(['duplicated contact c1']);
    story.map = {
      ...story.map,
      entities: story.map.entities.map((entity) => ({ ...entity, resurrect: true })),
    };
    expect(story.found()).toEqual([]);
  });

  test('a person made though that of its lead is there', () => {
    const story = pairedLead()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'old', statecode: 0, _originatingleadid_value: 'l1' })
      .write('marketo', 'leads', '2', { ...identity, title: 'old', leadStatus: 'Active' });
    expect(story.found()).toEqual(['duplicated contact c1']);
  });

  describe('a person with the same address', () => {
    const known = () =>
      new Story()
        .edit('marketo', 'leads', '1', { email: 'a@x.example' })
        .edit('dynamics', 'contact', 'c1', { emailaddress1: 'A@x.example' })
        .read('marketo');
    const made = { ...identity, email: 'A@x.example' };

    test('is adopted', () => {
      expect(known().write('marketo', 'leads', '1', identity).found()).toEqual([]);
    });

    test('is not passed over', () => {
      expect(known().write('marketo', 'leads', '2', made).found()).toEqual(['duplicated contact c1']);
    });

    test('is passed over by the policy to create', () => {
      const story = known().write('marketo', 'leads', '2', made);
      story.map = { ...story.map, adoption: 'create' };
      expect(story.found()).toEqual([]);
    });

    test('is not known to a service that has not read since it came', () => {
      const story = new Story()
        .edit('dynamics', 'contact', 'c1', { emailaddress1: 'a@x.example' })
        .read('marketo')
        .edit('marketo', 'leads', '1', { email: 'a@x.example' });
      expect(story.write('marketo', 'leads', '2', made).found()).toEqual([]);
    });
  });

  test('a stranger adopted without the same address', () => {
    const story = new Story()
      .edit('marketo', 'leads', '1', { email: 'b@x.example' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'x' })
      .write('marketo', 'leads', '1', { ...identity, title: 'x', email: null });
    expect(story.found()).toContain('duplicated contact c1');
  });

  test('a write to a person that belongs to nobody', () => {
    const story = pairedContact().edit('marketo', 'leads', '2', { email: 'b@x.example' });
    expect(story.write('marketo', 'leads', '2', { title: 'x' }).found()).toEqual(['duplicated person 2']);
  });

  test('a person given the identity of a row over one that others gave it between our read and our write', () => {
    const given = (readAgain: boolean) => {
      const story = new Story()
        .edit('marketo', 'leads', '1', { email: 'a@x.example' })
        .edit('dynamics', 'contact', 'c1', { emailaddress1: 'a@x.example' })
        .edit('dynamics', 'contact', 'c2', { jobtitle: 'x' })
        .read('marketo', { endpoint: 'GET /rest/v1/leads.json' })
        .edit('marketo', 'leads', '1', { microsoftId: 'c2' })
        .read('marketo', { changes: true });
      if (readAgain) story.read('marketo', { endpoint: 'GET /rest/v1/leads.json' });
      return story.write('marketo', 'leads', '1', identity).found();
    };
    expect(given(false)).not.toContain('duplicated contact c1');
    expect(given(true)).toContain('duplicated contact c1');
  });

  test('a person given the identity of another row', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c2', { jobtitle: 'old', statecode: 0 });
    story.write('marketo', 'leads', '1', { microsoftId: 'c2' });
    expect(story.found()).toContain('duplicated contact c2');
  });
});

test('a row that was made of a person holds what that one held; made again after its deletion, it has the same person', () => {
  const made = (story: Story, row: string) =>
    story
      .write(
        'dynamics',
        'contact',
        row,
        { jobtitle: 'x', emailaddress1: 'a@x.example', statecode: 0 },
        { kind: 'create' },
      )
      .write('marketo', 'leads', '1', {
        microsoftId: row,
        microsoftType: 'Contact',
        leadStatus: 'Active',
        microsoftIsDeleted: false,
      });
  const pushed = made(new Story().edit('marketo', 'leads', '1', { title: 'x', email: 'a@x.example' }), 'c1');
  expect(pushed.found()).toEqual([]);
  pushed.remove('dynamics', 'contact', 'c1').read('dynamics');
  pushed.write('marketo', 'leads', '1', { microsoftIsDeleted: true });
  expect(made(pushed, 'c2').found()).toEqual([]);
});

describe('wrongly deleted', () => {
  test('a person flagged though its row lives', () => {
    const story = pairedContact().write('marketo', 'leads', '1', { microsoftIsDeleted: true });
    expect(story.found()).toContain('wrongly-deleted contact c1');
  });

  test('a person deleted though the policy is to flag it', () => {
    const story = pairedContact().remove('dynamics', 'contact', 'c1').read('dynamics');
    story.write('marketo', 'leads', '1', {}, { kind: 'delete' });
    expect(story.found()).toEqual(['wrongly-deleted contact c1']);
  });

  test('a person flagged though its row had come back, and could have been read', () => {
    const back = (story: Story) =>
      story.remove('dynamics', 'contact', 'c1').edit('dynamics', 'contact', 'c1', { jobtitle: 'old', statecode: 0 });
    const flag = { microsoftIsDeleted: true };
    const unflag = { microsoftIsDeleted: false };
    const late = back(pairedContact()).read('dynamics');
    late.write('marketo', 'leads', '1', flag).write('marketo', 'leads', '1', unflag);
    expect(late.found()).toEqual(['wrongly-deleted contact c1']);
    const overtaken = back(pairedContact());
    overtaken.write('marketo', 'leads', '1', flag).write('marketo', 'leads', '1', unflag);
    expect(overtaken.found()).toEqual([]);
  });

  test('a person flagged though its row had come back is flagged rightly between the read that confirmed the loss and the next', () => {
    const contacts = { endpoint: 'GET contacts' };
    const flagged = (confirmed: boolean, readAgain: boolean) => {
      const story = pairedContact().remove('dynamics', 'contact', 'c1');
      if (confirmed) story.read('dynamics', contacts);
      story.edit('dynamics', 'contact', 'c1', { jobtitle: 'old', statecode: 0 });
      // Beside everything else.
      story.read('dynamics', { ...contacts, changes: true }).read('dynamics', { endpoint: 'GET accounts' });
      if (readAgain) story.read('dynamics', contacts);
      return story
        .write('marketo', 'leads', '1', { microsoftIsDeleted: true })
        .write('marketo', 'leads', '1', { microsoftIsDeleted: false })
        .found();
    };
    expect(flagged(true, false)).toEqual([]);
    expect(flagged(true, true)).toEqual(['wrongly-deleted contact c1']);
    expect(flagged(false, false)).toEqual(['wrongly-deleted contact c1']);
  });

  test('a company, which no policy deletes', () => {
    const story = new Story().edit('dynamics', 'account', 'a1', { name: 'x' });
    story.write('marketo', 'companies', '5', { externalCompanyId: 'a1', company: 'x' });
    story.remove('dynamics', 'account', 'a1').read('dynamics');
    story.write('marketo', 'companies', '5', {}, { kind: 'delete' });
    expect(story.found()).toEqual(['wrongly-deleted account a1']);
  });

  test('a row of Dynamics', () => {
    expect(pairedContact().write('dynamics', 'contact', 'c1', {}, { kind: 'delete' }).found()).toContain(
      'wrongly-deleted contact c1',
    );
  });

  test('a role that the rows name', () => {
    const story = pairedContact()
      .edit('dynamics', 'opportunity', 'o1', { name: 'x', _customerid_value: 'c1', _customerid_type: 'contact' })
      .write('marketo', 'opportunities', '5', { externalOpportunityId: 'o1', name: 'x' })
      .write('marketo', 'roles', 'r1', { externalOpportunityId: 'o1', leadId: 1, role: 'Customer', isPrimary: true })
      .read('dynamics')
      .write('marketo', 'roles', 'r1', {}, { kind: 'delete' });
    expect(story.found()).toEqual(['lost connection o1', 'wrongly-deleted connection o1']);
  });
});
