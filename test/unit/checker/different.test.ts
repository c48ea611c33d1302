import { check } from '../../../checker/index';
import { pairedContact, Story } from './story';

describe('different', () => {
  test('a pair that is equal is counted, and no breach', () => {
    const { records, versions, fields, breaches } = check(pairedContact().evidence());
    expect({ records, versions, fields, breaches }).toEqual({ records: 1, versions: 2, fields: 6, breaches: [] });
  });

  test('an edit that never arrived', () => {
    expect(pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: 'new' }).found()).toEqual([
      'different contact c1 title',
    ]);
  });

  test('a one-way field that somebody edited in Marketo', () => {
    expect(pairedContact().edit('marketo', 'leads', '1', { leadStatus: 'Other' }).found()).toEqual([
      'different contact c1 leadStatus',
    ]);
  });

  test('values that both systems’ users would call equal are equal', () => {
    const story = new Story()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'a\r\nb ', emailaddress1: 'A@x.example', donotphone: null })
      .write('marketo', 'leads', '1', {
        microsoftId: 'c1',
        microsoftType: 'Contact',
        title: ' a\nb',
        email: 'a@X.example',
        doNotCall: false,
      });
    expect(story.found()).toEqual([]);
  });

  test('an option shows by its label in the organisation’s language', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { statecode: 1 });
    story.write('marketo', 'leads', '1', { leadStatus: 'Inaktiv' });
    expect(story.found()).toEqual(['different contact c1 leadStatus', 'different contact c1 leadStatus']);
  });

  test('a listed field is no breach, if it has a cause', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { emailaddress1: 'nobody@localhost' });
    expect(story.found()).toEqual(['different contact c1 email']);
    story.parked = [{ entity: 'contact', id: 'c1', field: 'email', reason: 'invalid-email' }];
    expect(story.found()).toEqual([]);
  });

  test('a value that neither side ever held', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: 'new' });
    story.write('marketo', 'leads', '1', { title: 'another’s' }).write('marketo', 'leads', '1', { title: 'new' });
    expect(story.found()).toEqual(['different contact c1 title']);
  });

  test('a person of a company shows that company’s fields: they are left out', () => {
    const story = pairedContact();
    story.map = {
      ...story.map,
      entities: story.map.entities.map((entity) =>
        entity.name === 'contact'
          ? {
              ...entity,
              lines: [
                ...entity.lines,
                { column: 'companyname', field: 'company', direction: 'both', kind: 'text', ofCompany: true },
              ],
            }
          : entity,
      ),
    };
    story.edit('marketo', 'leads', '1', { company: 'Acme', externalCompanyId: 'a1' });
    story.edit('dynamics', 'account', 'a1', { name: 'Acme' });
    story.write('marketo', 'companies', '7', { externalCompanyId: 'a1', company: 'Acme' });
    story.edit('dynamics', 'contact', 'c1', { _parentcustomerid_value: 'a1', _parentcustomerid_type: 'account' });
    expect(story.found()).toEqual([]);
  });

  test('microsoftType of another entity', () => {
    expect(pairedContact().write('marketo', 'leads', '1', { microsoftType: 'Lead' }).found()).toEqual([
      'different contact c1 microsoftType',
    ]);
  });

  test('a change of an entity that is looked at now and then only is not due yet', () => {
    const story = new Story().edit('dynamics', 'account', 'a1', { name: 'old' });
    story.write('marketo', 'companies', '7', { externalCompanyId: 'a1', company: 'old' });
    story.edit('dynamics', 'account', 'a1', { name: 'new' });
    expect(story.found()).toEqual(['different account a1 company']);
    story.map = {
      ...story.map,
      entities: story.map.entities.map((entity) =>
        entity.name === 'account' ? { ...entity, settleSeconds: 60 } : entity,
      ),
    };
    expect(story.found()).toEqual([]);
  });
});

describe('a frozen row', () => {
  const frozen = () => pairedContact().edit('dynamics', 'contact', 'c1', { new_synctomkto: false }).read('dynamics');

  test('may differ', () => {
    expect(frozen().edit('dynamics', 'contact', 'c1', { jobtitle: 'new' }).found()).toEqual([]);
  });

  test('may be written with what was read before it was frozen', () => {
    const story = pairedContact().edit('dynamics', 'contact', 'c1', { jobtitle: 'new' });
    story.edit('dynamics', 'contact', 'c1', { new_synctomkto: false });
    expect(story.write('marketo', 'leads', '1', { title: 'new' }).found()).toEqual([]);
  });

  test('is not written with what it holds only since then', () => {
    const story = frozen().edit('dynamics', 'contact', 'c1', { jobtitle: 'new' });
    expect(story.write('marketo', 'leads', '1', { title: 'new' }).found()).toEqual(['different contact c1']);
  });

  test('is not written in Dynamics', () => {
    const story = frozen().edit('marketo', 'leads', '1', { title: 'new' });
    expect(story.write('dynamics', 'contact', 'c1', { jobtitle: 'new' }).found()).toEqual(['different contact c1']);
  });

  test('that was never let go has no person', () => {
    const story = new Story().edit('dynamics', 'contact', 'c1', { jobtitle: 'x', new_synctomkto: false });
    expect(story.found()).toEqual([]);
    story.write('marketo', 'leads', '1', { microsoftId: 'c1', microsoftType: 'Contact', title: 'x' });
    expect(story.found()).toEqual(['different contact c1']);
  });

  test('that was never let go gets no empty person either', () => {
    const story = new Story().edit('dynamics', 'contact', 'c1', { new_synctomkto: false });
    story.write('marketo', 'leads', '1', { microsoftId: 'c1', microsoftType: 'Contact' });
    expect(story.found()).toEqual(['different contact c1']);
  });

  test('that is let go again has to be brought up to date', () => {
    const story = frozen()
      .edit('dynamics', 'contact', 'c1', { jobtitle: 'new' })
      .edit('dynamics', 'contact', 'c1', { new_synctomkto: true });
    expect(story.found()).toEqual(['different contact c1 title']);
    expect(story.write('marketo', 'leads', '1', { title: 'new' }).found()).toEqual([]);
  });
});

describe('references', () => {
  const withAccount = () =>
    pairedContact()
      .edit('dynamics', 'account', 'a1', { name: 'Acme' })
      .edit('dynamics', 'contact', 'c1', { _parentcustomerid_value: 'A1', _parentcustomerid_type: 'account' });
  const made = (story: Story) => story.write('marketo', 'companies', '7', { externalCompanyId: 'a1', company: 'Acme' });

  test('are there once their target is', () => {
    expect(made(withAccount()).write('marketo', 'leads', '1', { externalCompanyId: 'a1' }).found()).toEqual([]);
  });

  test('are lost where they are empty though the target is there', () => {
    expect(made(withAccount()).found()).toEqual(['lost contact c1 externalCompanyId']);
  });

  test('may be empty while the target is not in Marketo, which is the target’s own loss', () => {
    expect(withAccount().found()).toEqual(['lost account a1']);
  });

  test('are empty where the target is frozen and was never there', () => {
    const story = withAccount().edit('dynamics', 'account', 'a1', { new_synctomkto: false });
    expect(story.found()).toEqual([]);
  });

  test('of a cleared account lead to the placeholder', () => {
    const story = made(withAccount()).write('marketo', 'leads', '1', { externalCompanyId: 'a1' });
    story.edit('dynamics', 'contact', 'c1', { _parentcustomerid_value: null, _parentcustomerid_type: null });
    expect(story.found()).toEqual(['different contact c1 externalCompanyId']);
    expect(story.write('marketo', 'leads', '1', { externalCompanyId: 'no-account' }).found()).toEqual([]);
  });

  test('of a custom object lead to the person of its row', () => {
    const story = pairedContact().edit('dynamics', 'new_orderline', 'o1', {
      new_name: 'x',
      _new_contactid_value: 'c1',
    });
    story.write('marketo', 'customobjects/order_c', 'g1', { microsoftId: 'o1', name: 'x', leadId: 2 });
    expect(story.found()).toEqual(['different new_orderline o1 leadId']);
    expect(story.write('marketo', 'customobjects/order_c', 'g1', { leadId: 1 }).found()).toEqual([]);
    story.edit('dynamics', 'new_orderline', 'o1', { _new_contactid_value: null });
    expect(story.found()).toEqual(['different new_orderline o1 leadId']);
  });

  test('of a custom object two levels below lead to the person of its row’s parent', () => {
    const story = pairedContact()
      .edit('dynamics', 'new_orderline', 'o1', { new_name: 'x', _new_contactid_value: 'c1' })
      .write('marketo', 'customobjects/order_c', 'g1', { microsoftId: 'o1', name: 'x', leadId: 1 })
      .edit('dynamics', 'new_part', 'p1', { _new_lineid_value: 'o1' })
      .write('marketo', 'customobjects/part_c', 'g2', { microsoftId: 'p1', leadId: 2 });
    expect(story.found()).toEqual(['different new_part p1 leadId']);
    expect(story.write('marketo', 'customobjects/part_c', 'g2', { leadId: 1 }).found()).toEqual([]);
  });
});
