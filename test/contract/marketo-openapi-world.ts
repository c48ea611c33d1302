import { type Answer, TestInstance } from './marketo-client';

/** An instance with a little of everything, and how its endpoints are called. */
export class OpenApiWorld {
  readonly marketo = new TestInstance();
  /** Leads: the first has a company, an owner, a role, a list, a program and a custom object record. */
  leads: number[] = [];
  /** A position in the activity feed before all that. */
  token = '';

  start(): Promise<void> {
    return this.marketo.start();
  }

  stop(): Promise<void> {
    return this.marketo.stop();
  }

  /** Back to the start; what only some operations need is made for those. */
  async fresh(operation = ''): Promise<void> {
    await this.marketo.fresh();
    this.token = await this.marketo.tokenNow();
    const done = async (path: string, body: unknown) => {
      const answer = await this.post(path, body).then((one) => one.json() as Promise<Answer>);
      const refused = answer.result?.find((item) => item?.status === 'skipped');
      if (!answer.success || refused) throw new Error(`${path}: ${JSON.stringify(answer)}`);
      return answer;
    };
    await done('leads/schema/fields.json', {
      input: [{ displayName: 'Microsoft Id', name: 'microsoftId', dataType: 'string' }],
    });
    await done('salespersons.json', { input: [{ externalSalesPersonId: 's1', email: 's1@x.example' }] });
    await done('companies.json', { input: [{ externalCompanyId: 'c1', company: 'Contoso' }] });
    this.leads = await this.marketo.create(
      {
        email: 'a@x.example',
        lastName: 'Ash',
        externalCompanyId: 'c1',
        externalSalesPersonId: 's1',
        microsoftId: 'm1',
      },
      { email: 'b@x.example', lastName: 'Birch', microsoftId: 'm2' },
      { email: 'c@x.example', lastName: 'Cedar' },
    );
    const [leadId] = this.leads;
    await done('opportunities.json', { input: [{ externalOpportunityId: 'o1', name: 'Deal' }] });
    await done('opportunities/roles.json', { input: [{ externalOpportunityId: 'o1', leadId, role: 'Owner' }] });
    if (operation.includes('/customobjects')) await this.customObjects(done);
    if (operation.includes('/external')) await this.externalTypes(done);
    await done('lists/1001/leads.json', { input: [{ id: leadId }] });
    await done('programs/1001/members/status.json', { statusName: 'Invited', input: [{ leadId }] });
    await this.marketo.sync({ lookupField: 'id', action: 'updateOnly' }, { id: leadId, firstName: 'Ann' });
    await done('leads/delete.json', { input: [{ id: this.leads[2] }] });
  }

  get(path: string, query: Record<string, string> = {}): Promise<Response> {
    const text = new URLSearchParams(query).toString();
    return this.marketo.fetch(url(path) + (text === '' ? '' : `?${text}`));
  }

  post(path: string, body: unknown = {}, query = ''): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return this.marketo.fetch(url(path) + query, { method: 'POST', body: JSON.stringify(body), headers });
  }

  delete(path: string, query: Record<string, string>): Promise<Response> {
    return this.marketo.fetch(`${url(path)}?${new URLSearchParams(query)}`, { method: 'DELETE' });
  }

  /** A file sent to the bulk API. */
  upload(path: string, query: Record<string, string>, csv: string): Promise<Response> {
    const form = new FormData();
    form.append('file', new Blob([csv], { type: 'text/csv' }), 'import.csv');
    return this.marketo.fetch(`${path}?${new URLSearchParams(query)}`, { method: 'POST', body: form });
  }

  /** An approved type `car` with a record, and a type `boat` that is only drafted. */
  private async customObjects(done: (path: string, body: unknown) => Promise<Answer>): Promise<void> {
    const fields = [
      { displayName: 'Vin', name: 'vin', dataType: 'string', isDedupeField: true },
      { displayName: 'Lead', name: 'leadId', dataType: 'link', relatedTo: { name: 'lead', field: 'id' } },
      { displayName: 'Colour', name: 'colour', dataType: 'string' },
    ];
    for (const apiName of ['car', 'boat']) {
      const names = { apiName, displayName: apiName, pluralName: `${apiName}s` };
      await done('customobjects/schema.json', { action: 'createOnly', description: 'Owned', ...names });
      await done(`customobjects/schema/${apiName}_c/addField.json`, { input: fields });
    }
    await done('customobjects/schema/car_c/approve.json', {});
    await done('customobjects/car_c.json', { input: [{ vin: 'v1', leadId: this.leads[0], colour: 'red' }] });
  }

  /** An approved custom activity type `visit`, with a draft of it, and a drafted one `call`. */
  private async externalTypes(done: (path: string, body: unknown) => Promise<Answer>): Promise<void> {
    for (const apiName of ['visit', 'call']) {
      await done('activities/external/type.json', externalType(apiName));
      await done(`activities/external/type/${apiName}/attributes/create.json`, {
        attributes: [{ apiName: 'place', name: 'Place', dataType: 'string' }],
      });
    }
    await done('activities/external/type/visit/approve.json', {});
  }
}

/** A custom activity type as it is created. */
export function externalType(apiName: string) {
  return {
    apiName,
    name: apiName,
    triggerName: `Makes a ${apiName}`,
    filterName: `Made a ${apiName}`,
    description: 'Of a branch',
    primaryAttribute: { apiName: 'subject', name: 'Subject', dataType: 'string' },
  };
}

function url(path: string): string {
  return path.startsWith('/') ? path : `/rest/v1/${path}`;
}
