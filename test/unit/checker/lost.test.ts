import type { ConflictPolicy } from '../../../checker/index';
import { MAP, pairedContact, pairedLead, Story } from './story';

describe('lost rows', () => {
  test('an eligible row without a person', () => {
    expect(new Story().edit('dynamics', 'contact', 'c1', { jobtitle: 'x' }).found()).toEqual(['lost contact c1']);
  });

  test('a row that is listed with a cause is an exception', () => {
    const story = new Story().edit('dynamics', 'contact', 'c1', { jobtitle: 'x' });
    story.parked = [{ entity: 'contact', id: 'c1', reason: 'refused-by-marketo', code: '1003' }];
    story.refuse('marketo', 'leads', 'c1', '1003');
    expect(story.found()).toEqual([]);
  });

  test('a row that is listed without a cause is lost', () => {
    const story = new Story().edit('dynamics', 'contact', 'c1', { jobtitle: 'x' });
    story.parked = [{ entity: 'contact', id: 'c1', reason: 'not-ours' }];
    expect(story.found()).toEqual(['lost contact c1']);
  });

  test('a lead whose person its contact has taken over is not lost', () => {
    const story = pairedLead().edit('dynamics', 'contact', 'c1', {
      jobtitle: 'old',
      statecode: 0,
      _originatingleadid_value: 'l1',
    });
    story.write('marketo', 'leads', '1', { microsoftId: 'c1', microsoftType: 'Contact', leadStatus: 'Active' });
    expect(story.found()).toEqual([]);
  });

  test('a person that others have deleted is listed, or lost', () => {
    const story = pairedContact().remove('marketo', 'leads', '1');
    expect(story.found()).toEqual(['lost contact c1']);
    story.parked = [{ entity: 'contact', id: 'c1', reason: 'gone-from-marketo' }];
    expect(story.found()).toEqual([]);
  });

  test('nor are the records that Marketo took along with it', () => {
    const story = pairedContact().edit('dynamics', 'new_orderline', 'o1', {
      new_name: 'x',
      _new_contactid_value: 'c1',
    });
    expect(story.found()).toEqual(['lost new_orderline o1']);
    story.write('marketo', 'customobjects/order_c', 'g1', { microsoftId: 'o1', name: 'x', leadId: 1 });
    story.remove('marketo', 'leads', '1').remove('marketo', 'customobjects/order_c', 'g1');
    story.parked = [{ entity: 'contact', id: 'c1', reason: 'gone-from-marketo' }];
    expect(story.found()).toEqual([]);
  });
});

describe('lost deletions', () => {
  test('a person that is not flagged though its row is gone', () => {
    const story = pairedContact().remove('dynamics', 'contact', 'c1').read('dynamics');
    expect(story.found()).toEqual(['lost contact c1']);
    expect(story.write('marketo', 'leads', '1', { microsoftIsDeleted: true }).found()).toEqual([]);
  });

  test('a record that lives though the policy is to delete it', () => {
    const story = new Story().edit('dynamics', 'opportunity', 'o1', { name: 'x' });
    story.write('marketo', 'opportunities', '5', { externalOpportunityId: 'o1', name: 'x' });
    story.remove('dynamics', 'opportunity', 'o1').read('dynamics');
    expect(story.found()).toEqual(['lost opportunity o1']);
    expect(story.write('marketo', 'opportunities', '5', {}, { kind: 'delete' }).found()).toEqual([]);
  });

  test('a company stays, by policy', () => {
    const story = new Story().edit('dynamics', 'account', 'a1', { name: 'x' });
    story.write('marketo', 'companies', '5', { externalCompanyId: 'a1', company: 'x' });
    expect(story.remove('dynamics', 'account', 'a1').found()).toEqual([]);
  });
});

describe('lost edits', () => {
  test('an edit of one side that was written over', () => {
    const story = pairedContact().edit('marketo', 'leads', '1', { title: 'new' });
    story.write('marketo', 'leads', '1', { title: 'old' });
    expect(story.found()).toContain('lost contact c1 title');
  });

  test('an edit that arrived is not lost', () => {
    const story = pairedContact().edit('marketo', 'leads', '1', { title: 'new' });
    expect(story.write('dynamics', 'contact', 'c1', { jobtitle: 'new' }).found()).toEqual([]);
  });

  /** Dynamics' edit is being written while someone edits the person. */
  const clobbered = (story: Story, id: string, table: string) =>
    story.edit('dynamics', table, id, { jobtitle: 'crm' }).write(
      'marketo',
      'leads',
      '1',
      { title: 'crm' },
      {
        during: (now) => now.edit('marketo', 'leads', '1', { title: 'form' }),
      },
    );

  test('of a contact’s two edits Dynamics’ one stands', () => {
    expect(clobbered(pairedContact(), 'c1', 'contact').found()).toEqual([]);
  });

  test('of a lead’s two edits Marketo’s one has to come back', () => {
    const story = clobbered(pairedLead(), 'l1', 'lead');
    expect(story.found()).toEqual(['lost lead l1 title']);
    story.write('marketo', 'leads', '1', { title: 'form' }).write('dynamics', 'lead', 'l1', { jobtitle: 'form' });
    expect(story.found()).toEqual([]);
  });

  test('the wrong winner', () => {
    const story = pairedContact()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'crm' })
      .edit('marketo', 'leads', '1', { title: 'form' });
    story.write('dynamics', 'contact', 'c1', { jobtitle: 'form' });
    expect(story.found()).toEqual(['lost contact c1 title']);
  });

  test('the same edit on both sides is no conflict', () => {
    const story = pairedLead()
      .edit('dynamics', 'lead', 'l1', { jobtitle: 'same' })
      .edit('marketo', 'leads', '1', { title: 'same' });
    expect(story.found()).toEqual([]);
  });

  test('an edit that was settled before the next one began is no conflict', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: 'first' });
    story.write('marketo', 'leads', '1', { title: 'first' }).edit('marketo', 'leads', '1', { title: 'second' });
    expect(story.write('dynamics', 'contact', 'c1', { jobtitle: 'second' }).found()).toEqual([]);
  });

  test('an edit that came after the other side’s had been settled is not weighed against it', () => {
    const story = pairedLead().edit('marketo', 'leads', '1', { title: 'form' });
    story.write('dynamics', 'lead', 'l1', { jobtitle: 'form' }).edit('dynamics', 'lead', 'l1', { jobtitle: 'crm' });
    expect(story.write('dynamics', 'lead', 'l1', { jobtitle: 'form' }).found()).toContain('lost lead l1 title');
  });

  test('after a lost answer the service may still weigh the edit that it had carried over', () => {
    const settled = (status: number) =>
      pairedContact()
        .edit('dynamics', 'contact', 'c1', { jobtitle: 'crm' })
        .write('marketo', 'leads', '1', { title: 'crm' }, { status })
        .edit('marketo', 'leads', '1', { title: 'form' })
        .write('marketo', 'leads', '1', { title: 'crm' });
    expect(settled(0).found()).toEqual([]);
    expect(settled(200).found()).toEqual(['lost contact c1 title']);
  });

  test('Dynamics’ edit of a lead stands where Marketo has none', () => {
    const story = pairedLead().edit('dynamics', 'lead', 'l1', { jobtitle: 'crm' });
    expect(story.write('dynamics', 'lead', 'l1', { jobtitle: 'old' }).found()).toContain('lost lead l1 title');
  });

  test('the map may say who wins a field', () => {
    const story = pairedContact()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'crm' })
      .edit('marketo', 'leads', '1', { title: 'form' })
      .write('dynamics', 'contact', 'c1', { jobtitle: 'form' });
    const ruled = (conflict: ConflictPolicy) => {
      story.map = {
        ...MAP,
        entities: MAP.entities.map((entity) => ({
          ...entity,
          lines: entity.lines.map((line) => (line.field === 'title' ? { ...line, conflict } : line)),
        })),
      };
      return story.found();
    };
    expect(ruled('marketo')).toEqual([]);
    expect(ruled('ask')).toEqual([]);
    expect(ruled('dynamics')).toEqual(['lost contact c1 title']);
    expect(ruled('non-empty')).toEqual(['lost contact c1 title']);
  });

  test('a consent that was withdrawn stands against an adopted person that has none', () => {
    const story = new Story()
      .edit('marketo', 'leads', '1', { email: 'a@x.example', doNotCall: true })
      .edit('dynamics', 'contact', 'c1', { emailaddress1: 'a@x.example', donotphone: false })
      .read('marketo');
    const loosened = story.write('marketo', 'leads', '1', {
      microsoftId: 'c1',
      microsoftType: 'Contact',
      doNotCall: false,
    });
    expect(loosened.found()).toContain('lost contact c1 doNotCall');
  });

  test('an adopted person’s value fills the row’s empty one', () => {
    const adopted = () =>
      new Story()
        .edit('marketo', 'leads', '1', { email: 'a@x.example', title: 'from a form' })
        .edit('dynamics', 'contact', 'c1', { emailaddress1: 'a@x.example' })
        .read('marketo');
    const identity = { microsoftId: 'c1', microsoftType: 'Contact' };
    const kept = adopted()
      .write('marketo', 'leads', '1', identity)
      .write('dynamics', 'contact', 'c1', { jobtitle: 'from a form' });
    expect(kept.found()).toEqual([]);
    expect(
      adopted()
        .write('marketo', 'leads', '1', { ...identity, title: null })
        .found(),
    ).toEqual(['lost contact c1 title']);
  });
});

describe('a person that took the row’s identity over', () => {
  test('by a merge of others: its value may stand, and so may the row’s', () => {
    const merged = () =>
      pairedContact()
        .edit('marketo', 'leads', '2', { title: 'winner' })
        .remove('marketo', 'leads', '1')
        .edit('marketo', 'leads', '2', { microsoftId: 'c1', microsoftType: 'Contact', leadStatus: 'Active' });
    expect(merged().write('dynamics', 'contact', 'c1', { jobtitle: 'winner' }).found()).toEqual([]);
    expect(merged().write('marketo', 'leads', '2', { title: 'old' }).found()).toEqual([]);
  });
});

describe('contact roles', () => {
  const sold = () =>
    pairedContact()
      .edit('dynamics', 'opportunity', 'o1', { name: 'x', _customerid_value: 'c1', _customerid_type: 'contact' })
      .write('marketo', 'opportunities', '5', { externalOpportunityId: 'o1', name: 'x' });
  const role = { externalOpportunityId: 'o1', leadId: 1, role: 'Customer', isPrimary: true };

  test('that are missing are lost', () => {
    expect(sold().found()).toEqual(['lost connection o1']);
    expect(sold().write('marketo', 'roles', 'r1', role).found()).toEqual([]);
  });

  test('that nobody names any more have to go', () => {
    const story = sold().write('marketo', 'roles', 'r1', role);
    story.edit('dynamics', 'opportunity', 'o1', { _customerid_value: null, _customerid_type: null });
    expect(story.found()).toEqual(['different connection o1']);
    expect(story.write('marketo', 'roles', 'r1', {}, { kind: 'delete' }).found()).toEqual([]);
  });

  test('of a stakeholder carry the connection’s role', () => {
    const story = sold()
      .write('marketo', 'roles', 'r1', role)
      .edit('dynamics', 'contact', 'c2', { jobtitle: 'y' })
      .write('marketo', 'leads', '2', { microsoftId: 'c2', microsoftType: 'Contact', title: 'y' })
      .edit('dynamics', 'connectionrole', 'x1', { name: 'Influencer' })
      .edit('dynamics', 'connection', 'k1', {
        _record1id_value: 'o1',
        _record1id_type: 'opportunity',
        _record2id_value: 'c2',
        _record2id_type: 'contact',
        _record2roleid_value: 'x1',
        statecode: 0,
      });
    expect(story.found()).toEqual(['lost connection o1']);
    story.write('marketo', 'roles', 'r2', { ...role, leadId: 2, role: 'Influencer', isPrimary: false });
    expect(story.found()).toEqual([]);
  });
});

describe('owning teams', () => {
  /** A contact that a team owns, to which nothing leads. */
  const ofTeam = () => {
    const story = pairedContact();
    story.map = {
      ...story.map,
      entities: [
        ...story.map.entities,
        {
          name: 'team',
          kind: 'object',
          object: 'customobjects/team_c',
          key: 'microsoftId',
          lines: [],
          whenDeleted: 'delete',
          winner: 'dynamics',
        },
      ],
    };
    return story
      .edit('dynamics', 'team', 't1', { teamtype: 0 })
      .write('marketo', 'customobjects/team_c', 'g1', { microsoftId: 't1' })
      .edit('dynamics', 'contact', 'c1', { _ownerid_value: 't1', _ownerid_type: 'team' });
  };

  test('are led to from the person', () => {
    const story = ofTeam();
    expect(story.found()).toEqual(['lost contact c1 ownerid']);
    story.write('marketo', 'customobjects/personTeam_c', 'g2', { microsoftId: 'c1', teamId: 't1', leadId: 1 });
    expect(story.found()).toEqual([]);
  });

  test('are not led to where Marketo refused that and it is listed; without a refusal since, the listing is a breach', () => {
    const parked = [{ entity: 'contact', id: 'c1', field: 'personTeam', reason: 'refused-by-marketo', code: '1003' }];
    const refused = ofTeam().refuse('marketo', 'customobjects/personTeam_c', 'c1', '1003');
    expect(refused.found()).toEqual(['lost contact c1 ownerid']);
    refused.parked = parked;
    expect(refused.found()).toEqual([]);
    refused.edit('dynamics', 'contact', 'c1', { _ownerid_value: 't2', _ownerid_type: 'team' });
    expect(refused.found()).toEqual(['lost contact c1 personTeam']);
  });
});
