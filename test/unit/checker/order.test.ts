import { check } from '../../../checker/index';
import { pairedContact, pairedLead, type Story } from './story';

describe('backwards', () => {
  test('an older value after a newer one had been settled', () => {
    const story = pairedContact()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'b' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'c' })
      .write('marketo', 'leads', '1', { title: 'c' })
      .write('marketo', 'leads', '1', { title: 'b' })
      .write('marketo', 'leads', '1', { title: 'c' });
    expect(story.found()).toEqual(['backwards contact c1 title']);
  });

  test('what the row held before our own write to it, unless the answer to that was lost', () => {
    const stale = (status: number) =>
      pairedContact()
        .edit('marketo', 'leads', '1', { title: 'b' })
        .write('dynamics', 'contact', 'c1', { jobtitle: 'b' }, { status })
        .write('marketo', 'leads', '1', { title: 'old' })
        .write('marketo', 'leads', '1', { title: 'b' })
        .found();
    expect(stale(200)).toContain('backwards contact c1 title');
    expect(stale(0)).not.toContain('backwards contact c1 title');
  });

  test('a value that came back in the source goes again', () => {
    const story = pairedContact()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'b' })
      .write('marketo', 'leads', '1', { title: 'b' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'old' })
      .write('marketo', 'leads', '1', { title: 'old' });
    expect(story.found()).toEqual([]);
  });

  test('a request that was under way when the newer one was answered is written over', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: 'b' });
    story.write(
      'marketo',
      'leads',
      '1',
      { title: 'b' },
      {
        during: (now) =>
          now.edit('dynamics', 'contact', 'c1', { jobtitle: 'c' }).write('marketo', 'leads', '1', { title: 'c' }),
      },
    );
    expect(story.write('marketo', 'leads', '1', { title: 'c' }).found()).toEqual([]);
  });

  test('the repair of an edit that our write overtook is not older', () => {
    const story = pairedLead()
      .edit('dynamics', 'lead', 'l1', { jobtitle: 'crm' })
      .write(
        'marketo',
        'leads',
        '1',
        { title: 'crm' },
        {
          during: (now) => now.edit('marketo', 'leads', '1', { title: 'form' }),
        },
      );
    story.write('marketo', 'leads', '1', { title: 'form' }).write('dynamics', 'lead', 'l1', { jobtitle: 'form' });
    expect(story.found()).toEqual([]);
  });

  test('nor is it where Dynamics once held that value too', () => {
    const story = pairedLead()
      .edit('dynamics', 'lead', 'l1', { jobtitle: 'crm' })
      .write(
        'marketo',
        'leads',
        '1',
        { title: 'crm' },
        {
          after: (now) => now.edit('marketo', 'leads', '1', { title: 'old' }),
        },
      )
      .write('marketo', 'leads', '1', { title: 'crm' })
      .write('marketo', 'leads', '1', { title: 'old' })
      .write('dynamics', 'lead', 'l1', { jobtitle: 'old' });
    expect(story.found()).toEqual([]);
  });

  test('Marketo’s older value in Dynamics', () => {
    const story = pairedLead()
      .edit('marketo', 'leads', '1', { title: 'b' })
      .edit('marketo', 'leads', '1', { title: 'c' })
      .write('dynamics', 'lead', 'l1', { jobtitle: 'c' })
      .write('dynamics', 'lead', 'l1', { jobtitle: 'b' })
      .write('dynamics', 'lead', 'l1', { jobtitle: 'c' });
    expect(story.found()).toEqual(['backwards lead l1 title']);
  });
});

describe('echoed', () => {
  test('any write at rest', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: 'b' }).rest();
    expect(story.write('marketo', 'leads', '1', { title: 'b' }).found()).toEqual(['echoed contact c1']);
  });

  test('the same thing written again though nothing had happened', () => {
    expect(pairedContact().write('marketo', 'leads', '1', { title: 'old' }).found()).toEqual(['echoed contact c1']);
  });

  test('the same thing may be written again after a lost answer', () => {
    const story = pairedContact()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'b' })
      .write('marketo', 'leads', '1', { title: 'b' }, { status: 0 })
      .write('marketo', 'leads', '1', { title: 'b' });
    expect(story.found()).toEqual([]);
  });

  test('the same thing may be written again after the service was killed', () => {
    const story = pairedContact();
    const interrupted = [story.next];
    story.read('dynamics').write('marketo', 'leads', '1', { title: 'old' });
    expect(story.found()).toEqual(['echoed contact c1']);
    const evidence = { ...story.evidence(), interrupted };
    expect(check(evidence).breaches).toEqual([]);
  });

  test('a write without effect after an edit is none', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { fullname: 'someone' });
    expect(story.write('marketo', 'leads', '1', { title: 'old' }).found()).toEqual([]);
  });

  test('our own copy, sent back to the side that has moved on', () => {
    const story = pairedContact()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'b' })
      .write('marketo', 'leads', '1', { title: 'b' })
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'c' })
      .write('dynamics', 'contact', 'c1', { jobtitle: 'b' });
    expect(story.found()).toContain('echoed contact c1 title');
  });

  test('an opt-out that the loser of a merge held is no copy of ours', () => {
    const settled = () =>
      pairedContact()
        .edit('marketo', 'leads', '1', { doNotCall: true })
        .write('dynamics', 'contact', 'c1', { donotphone: true })
        .edit('marketo', 'leads', '1', { doNotCall: false });
    const again = (story: Story) => story.read('dynamics').write('marketo', 'leads', '1', { doNotCall: true }).found();
    expect(again(settled())).toContain('echoed contact c1 doNotCall');
    const loser = { jobtitle: 'x', statecode: 0, donotphone: true };
    const merged = settled()
      .edit('dynamics', 'contact', 'c2', loser)
      .edit('dynamics', 'contact', 'c2', { merged: true, _masterid_value: 'c1', statecode: 1 });
    expect(again(merged)).not.toContain('echoed contact c1 doNotCall');
  });

  test('a one-way field written to where it comes from', () => {
    expect(pairedContact().write('dynamics', 'contact', 'c1', { statecode: 1 }).found()).toContain(
      'echoed contact c1 leadStatus',
    );
  });
});
