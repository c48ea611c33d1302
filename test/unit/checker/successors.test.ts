import { MAP, Story } from './story';

// Who stands for whom, and what a contact that nobody could read tells of others.

const person = (id: string) => ({ microsoftId: id, microsoftType: 'Contact', leadStatus: 'Active' });

describe('a lead that was qualified into a contact', () => {
  const LOST = 'lost lead l1';
  /** `c1` is merged into `c2`; then the lead is qualified into `c1`. */
  const qualified = (one: { loser: boolean; winner: boolean; merged: 'before' | 'after' | 'never' }): Story => {
    const story = new Story()
      .edit('dynamics', 'lead', 'l1', { jobtitle: 'x', statecode: 0 })
      .edit('dynamics', 'contact', 'c1', { statecode: 0, new_synctomkto: one.loser })
      .edit('dynamics', 'contact', 'c2', { statecode: 0, new_synctomkto: one.winner })
      .write('marketo', 'leads', '1', person('c1'))
      .write('marketo', 'leads', '2', person('c2'));
    const merge = () => story.edit('dynamics', 'contact', 'c1', { merged: true, _masterid_value: 'c2' });
    if (one.merged === 'before') merge();
    story.edit('dynamics', 'lead', 'l1', { statecode: 1, _parentcontactid_value: 'c1' });
    if (one.merged === 'after') merge();
    return story;
  };
  const isLost = (...given: Parameters<typeof qualified>) =>
    qualified(...given)
      .found()
      .includes(LOST);

  test('that had been merged away goes by the winner: its filter decides, and not the loser’s', () => {
    expect(isLost({ loser: false, winner: true, merged: 'before' })).toBe(false);
    expect(isLost({ loser: true, winner: false, merged: 'before' })).toBe(true);
  });

  test('that is merged away later may have gone into either', () => {
    expect(isLost({ loser: true, winner: false, merged: 'after' })).toBe(false);
    expect(isLost({ loser: false, winner: true, merged: 'after' })).toBe(false);
    expect(isLost({ loser: false, winner: false, merged: 'after' })).toBe(true);
  });

  test('that was never merged goes by that one alone', () => {
    expect(isLost({ loser: true, winner: false, merged: 'never' })).toBe(false);
    expect(isLost({ loser: false, winner: true, merged: 'never' })).toBe(true);
  });

  test('goes by the contact that it names then, and not by one that it named before', () => {
    const story = qualified({ loser: false, winner: true, merged: 'never' })
      .edit('dynamics', 'lead', 'l1', { statecode: 0, _parentcontactid_value: 'c2' })
      .edit('dynamics', 'lead', 'l1', { statecode: 1, _parentcontactid_value: 'c1' });
    expect(story.found()).toContain(LOST);
  });
});

describe('an opportunity whose customer is a contact that is too long to be read', () => {
  const line = { column: 'customerid', field: 'externalCompanyId', references: 'account' } as const;
  const sold = (wasRead: boolean, company: string | null): string[] => {
    const story = new Story();
    story.map = {
      ...MAP,
      entities: MAP.entities.map((entity) =>
        entity.name === 'opportunity'
          ? {
              ...entity,
              lines: [...entity.lines, { ...line, direction: 'to-marketo' as const, kind: 'lookup' as const }],
            }
          : entity,
      ),
    };
    story
      .edit('dynamics', 'account', 'a1', { name: 'Acme' })
      .write('marketo', 'companies', '7', { externalCompanyId: 'a1', company: 'Acme' })
      .edit('dynamics', 'contact', 'c1', {
        statecode: 0,
        _parentcustomerid_value: 'a1',
        _parentcustomerid_type: 'account',
      });
    if (wasRead) story.read('dynamics').write('marketo', 'leads', '1', { ...person('c1'), externalCompanyId: 'a1' });
    story
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'a text of megabytes' })
      .read('dynamics', { fault: 'oversized' })
      .edit('dynamics', 'opportunity', 'o1', { name: 'x', _customerid_value: 'c1', _customerid_type: 'contact' })
      .write('marketo', 'opportunities', '5', { externalOpportunityId: 'o1', name: 'x', externalCompanyId: company });
    story.parked = [{ entity: 'contact', id: 'c1', reason: 'too-large' }];
    return story.found().filter((breach) => breach.includes('opportunity'));
  };

  test('may be without a company where nobody has ever read the contact, and has it where somebody had', () => {
    expect(sold(false, null)).toEqual([]);
    expect(sold(false, 'a1')).toEqual([]);
    expect(sold(true, 'a1')).toEqual([]);
    expect(sold(true, null)).toEqual(['lost opportunity o1 externalCompanyId']);
  });
});
