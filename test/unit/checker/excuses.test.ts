import { check } from '../../../checker/index';
import { MAP, pairedContact, ruled, Story } from './story';

// What the checker excuses besides what is listed, and beside each excuse the breach that it must not hide.

const person = { microsoftId: 'c1', microsoftType: 'Contact' };
const READ_PERSONS = { endpoint: 'GET /rest/v1/leads.json' };

describe('a fault that only delays an answer', () => {
  test('leaves nothing unclear', () => {
    const settled = (fault?: string) =>
      pairedContact()
        .edit('dynamics', 'contact', 'c1', { jobtitle: 'crm' })
        .write('marketo', 'leads', '1', { title: 'crm' }, fault === undefined ? {} : { fault })
        .edit('marketo', 'leads', '1', { title: 'form' })
        .write('marketo', 'leads', '1', { title: 'crm' })
        .found();
    expect(settled('slow')).toEqual(['lost contact c1 title']);
    expect(settled('skip')).toEqual(['lost contact c1 title']);
    expect(settled('empty')).toEqual([]);
  });

  test('is no failure after which things are done again', () => {
    const again = (fault: string) =>
      pairedContact()
        .edit('dynamics', 'contact', 'c1', { jobtitle: 'b' })
        .write('marketo', 'leads', '1', { title: 'b' }, { fault })
        .write('marketo', 'leads', '1', { title: 'b' })
        .found();
    expect(again('slow-after')).toEqual(['echoed contact c1']);
    expect(again('empty')).toEqual([]);
  });
});

describe('a lead whose contact', () => {
  const qualified = (filter: boolean) =>
    new Story()
      .edit('dynamics', 'lead', 'l1', { jobtitle: 'x', statecode: 0 })
      .edit('dynamics', 'contact', 'c1', { statecode: 0, new_synctomkto: filter, _originatingleadid_value: 'l1' });

  test('might ever be written needs no person, and one whose contact is filtered out does', () => {
    const story = qualified(true).write('marketo', 'leads', '1', { ...person, leadStatus: 'Active' });
    story.edit('dynamics', 'contact', 'c1', { new_synctomkto: false });
    expect(story.found()).toEqual([]);
    expect(qualified(false).found()).toEqual(['lost lead l1']);
  });
});

describe('doubt about what was agreed on', () => {
  /** Agreed on "m" twice; then Dynamics' user clears the field, and the service fills it again. */
  const refilled = (before: string) =>
    ruled(pairedContact(), 'title', { columnLength: 8 })
      .edit('marketo', 'leads', '1', { title: before })
      .edit('marketo', 'leads', '1', { title: 'm' })
      .write('dynamics', 'contact', 'c1', { jobtitle: 'm' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'd' })
      .write('marketo', 'leads', '1', { title: 'd' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'm' })
      .write('marketo', 'leads', '1', { title: 'm' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: null })
      .write('dynamics', 'contact', 'c1', { jobtitle: 'm' })
      .found();

  test('ends with the next agreement after a value that was kept back', () => {
    expect(refilled('first')).toContain('lost contact c1 title');
    expect(refilled('longer than that')).toContain('lost contact c1 title');
  });

  test('is there where the kept-back value was the last thing before', () => {
    const kept = ruled(pairedContact(), 'title', { columnLength: 8 })
      .edit('marketo', 'leads', '1', { title: 'longer than that' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: null })
      .edit('marketo', 'leads', '1', { title: 'short' })
      .write('dynamics', 'contact', 'c1', { jobtitle: 'short' });
    expect(kept.found()).toEqual([]);
  });

  test('lets nobody be opted out whom neither side had', () => {
    const story = pairedContact()
      .edit('dynamics', 'contact', 'c1', { donotphone: true })
      .write('marketo', 'leads', '1', { doNotCall: true })
      .edit('marketo', 'leads', '1', { doNotCall: false })
      .write('dynamics', 'contact', 'c1', { donotphone: false })
      .edit('dynamics', 'contact', 'c1', { donotphone: null })
      .edit('marketo', 'leads', '1', { doNotCall: null })
      .write('marketo', 'leads', '1', { doNotCall: true })
      .write('dynamics', 'contact', 'c1', { donotphone: true });
    expect(story.found()).toContain('lost contact c1 doNotCall');
  });
});

describe('a value that others had said on the side that is written', () => {
  const stale = (last: string) =>
    pairedContact()
      .edit('marketo', 'leads', '1', { title: 'b' })
      .edit('marketo', 'leads', '1', { title: last })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'b' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'c' })
      .write('marketo', 'leads', '1', { title: 'c' })
      .write('marketo', 'leads', '1', { title: 'b' })
      .write('marketo', 'leads', '1', { title: 'c' })
      .found();

  test('is put back where it was the last one, and is older where others have said something since', () => {
    expect(stale('b')).toEqual([]);
    expect(stale('d')).toEqual(['backwards contact c1 title']);
  });
});

describe('an edit to the value that a call of ours without an answer had sent', () => {
  /** The call would have sent "b", and Marketo's own edits win. @param between entries between that call and the edit, a second each */
  const edited = (to: string, between: number) => {
    const story = ruled(pairedContact(), 'title', { conflict: 'marketo' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'b' })
      .lose('marketo')
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'c' });
    for (let entry = 0; entry < between; entry += 1) story.read('marketo', READ_PERSONS);
    return story.edit('marketo', 'leads', '1', { title: to }).write('marketo', 'leads', '1', { title: 'c' }).found();
  };

  test('may pass for what that call did, until the service has looked into it, and no other value may', () => {
    expect(edited('b', 20)).toEqual([]);
    expect(edited('d', 20)).toEqual(['lost contact c1 title']);
    expect(edited('b', 100)).toEqual(['lost contact c1 title']);
  });
});

describe('a person', () => {
  test('that others deleted is missed where the setting is to make it again, once the row is edited by someone who could be heard', () => {
    const edited = (resurrect: boolean, heard: boolean) => {
      const story = pairedContact().remove('marketo', 'leads', '1');
      story.map = { ...MAP, entities: MAP.entities.map((entity) => ({ ...entity, resurrect })) };
      if (heard) story.read('marketo', { changes: true });
      story.parked = [{ entity: 'contact', id: 'c1', reason: 'gone-from-marketo' }];
      return story.edit('dynamics', 'contact', 'c1', { jobtitle: 'new' }).found();
    };
    expect(edited(false, true)).toEqual([]);
    expect(edited(true, false)).toEqual([]);
    expect(edited(true, true)).toEqual(['lost contact c1']);
  });

  test('that others took from its row between our read and our write is written by no fault of ours; one that we had read is', () => {
    const taken = (readAgain: boolean) => {
      const story = pairedContact()
        .edit('dynamics', 'contact', 'c1', { jobtitle: 'new' })
        .read('marketo', READ_PERSONS)
        .edit('marketo', 'leads', '1', { microsoftId: null });
      if (readAgain) story.read('marketo', READ_PERSONS);
      return story.write('marketo', 'leads', '1', { title: 'new' }).found();
    };
    expect(taken(false)).toEqual([]);
    expect(taken(true)).toEqual(['duplicated person 1']);
  });

  test('that was made again may have been forgotten where a call failed before it was written a second time', () => {
    const again = (remembered: boolean) => {
      const story = pairedContact();
      if (remembered)
        story.edit('dynamics', 'contact', 'c1', { jobtitle: 'b' }).write('marketo', 'leads', '1', { title: 'b' });
      return story
        .write('marketo', 'leads', '9', {}, { status: 503 })
        .remove('marketo', 'leads', '1')
        .write('marketo', 'leads', '2', { ...person, title: remembered ? 'b' : 'old', leadStatus: 'Active' })
        .found();
    };
    expect(again(false)).not.toContain('duplicated contact c1');
    expect(again(true)).toContain('duplicated contact c1');
  });

  test('may be led to no team while its own is not there, and not to the one before', () => {
    const story = pairedContact();
    story.map = {
      ...MAP,
      entities: [
        ...MAP.entities,
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
    story
      .edit('dynamics', 'team', 't1', { teamtype: 0 })
      .write('marketo', 'customobjects/team_c', 'g1', { microsoftId: 't1' })
      .edit('dynamics', 'team', 't2', { teamtype: 0, new_synctomkto: false })
      .edit('dynamics', 'contact', 'c1', { _ownerid_value: 't2', _ownerid_type: 'team' });
    expect(story.found()).toEqual([]);
    story.write('marketo', 'customobjects/personTeam_c', 'g2', { microsoftId: 'c1', teamId: 't1', leadId: 1 });
    expect(story.found()).toEqual(['different contact c1 ownerid']);
  });
});

test('a frozen row’s reference that it has only since then is not written either', () => {
  const frozen = (before: boolean) => {
    const refer = { _parentcustomerid_value: 'a1', _parentcustomerid_type: 'account' };
    const story = pairedContact()
      .edit('dynamics', 'account', 'a1', { name: 'Acme' })
      .write('marketo', 'companies', '7', { externalCompanyId: 'a1', company: 'Acme' });
    if (before) story.edit('dynamics', 'contact', 'c1', refer);
    story.edit('dynamics', 'contact', 'c1', { new_synctomkto: false }).read('dynamics');
    if (!before) story.edit('dynamics', 'contact', 'c1', refer);
    return story.write('marketo', 'leads', '1', { externalCompanyId: 'a1' }).found();
  };
  expect(frozen(true)).toEqual([]);
  expect(frozen(false)).toEqual(['different contact c1']);
});

test('a write without effect is excused by an interruption after the last one, and not by one before', () => {
  const story = pairedContact();
  const before = [story.next - 3];
  story.read('dynamics');
  const after = [story.next];
  story.read('dynamics').write('marketo', 'leads', '1', { title: 'old' });
  const found = (interrupted: number[]) =>
    check({ ...story.evidence(), interrupted }).breaches.map(({ clause }) => clause);
  expect(found(after)).toEqual([]);
  expect(found(before)).toEqual(['echoed']);
});
