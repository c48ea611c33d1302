import { MARKETO_SWITCHES } from '../../simulators/marketo/switches';
import type { Answer } from './marketo-client';
import { ACTIVITY_DRIVES } from './marketo-openapi-activities';
import { BULK_DRIVES } from './marketo-openapi-bulk';
import type { Drive } from './marketo-openapi-drive';
import { LEAD_DRIVES } from './marketo-openapi-leads';
import { OBJECT_DRIVES } from './marketo-openapi-objects';
import { OPEN, RELAXED } from './marketo-openapi-relaxed';
import { missingSpecs, VendorSpec } from './marketo-openapi-spec';
import { documentedSwitches, indexedEndpoints, nameless, readTable } from './marketo-openapi-table';
import { OpenApiWorld } from './marketo-openapi-world';

const ALL: Record<string, Drive> = { ...LEAD_DRIVES, ...ACTIVITY_DRIVES, ...OBJECT_DRIVES, ...BULK_DRIVES };
const missing = missingSpecs();

if (missing) {
  process.stderr.write(`SKIPPED: ${missing}\n`);
  it.skip(`answers by the vendor's OpenAPI files (${missing})`, () => undefined);
} else {
  describe("the Marketo simulator against the vendor's OpenAPI files", againstTheFiles);
}

function againstTheFiles(): void {
  const world = new OpenApiWorld();
  const rest = new VendorSpec('rest');
  const identity = new VendorSpec('identity');
  beforeAll(() => world.start());
  beforeEach(() => world.fresh(operationOf(expect.getState().currentTestName)));
  afterAll(() => world.stop());

  describe('each endpoint, once answered and once refused', () => {
    it.each(Object.entries(ALL))('%s', async (operation, drive) => {
      const good = await drive.good(world);
      if (drive.file === undefined) await checkGood(rest, operation, good);
      else expect(good.headers.get('content-type')).toContain(drive.file);
      const bad = await drive.bad(world);
      if (bad.status !== 200) return expect(String(bad.status)).toBe(drive.code);
      const body = (await bad.json()) as Answer;
      if (drive.file === undefined) expect(rest.faults(operation, body)).toEqual([]);
      expect(codesOf(body)).toEqual([drive.code]);
    });
  });

  it.each(['GET', 'POST'])('%s /identity/oauth/token', async (method) => {
    const token = (secret: string) => {
      const query = `grant_type=client_credentials&client_id=simulated-marketo-client&client_secret=${secret}`;
      return fetch(`${world.marketo.url}/identity/oauth/token?${query}`, { method });
    };
    const operation = `${method} /identity/oauth/token`;
    expect(identity.faults(operation, await (await token('simulated-marketo-secret')).json())).toEqual([]);
    const refused = await token('wrong');
    expect(refused.status).toBe(401);
    // The file describes no refusal; recorded (marketo-api §1.2).
    expect(await refused.json()).toEqual({ error: 'invalid_client', error_description: 'Bad client credentials' });
  });

  it('answers an unknown path by the envelope of the file', async () => {
    const body = await (await world.get('nothing.json')).json();
    expect(rest.faults('GET /rest/v1/leads.json', body)).toEqual([]);
  });

  it('drives every endpoint that is served, and serves none that the file lacks', () => {
    const served = world.marketo.simulator.endpoints().map(nameless).sort();
    expect(Object.keys(ALL).map(nameless).sort()).toEqual(served);
    const known = new Set(rest.operations());
    expect(Object.keys(ALL).filter((operation) => !known.has(operation))).toEqual([]);
  });

  it('needs every relaxation it makes, and gives the reason of each', () => {
    expect([...rest.idle, ...identity.idle]).toEqual([]);
    for (const { because } of [...RELAXED, ...OPEN]) expect(because).toMatch(/^marketo-api §\d/);
  });

  it('sees an answer that does not fit', () => {
    const answer = { requestId: '1#2', success: true, result: [{ id: 'one' }] };
    expect(rest.faults('GET /rest/v1/leads.json', answer)).toEqual([
      'GET /rest/v1/leads.json: /result/0/id must be integer',
    ]);
    const field = { name: 'x', displayName: 'X', dataType: 'string', nonsense: 1 };
    expect(rest.faults('GET /rest/v1/leads/schema/fields.json', { ...answer, result: [field] })).toContain(
      'GET /rest/v1/leads/schema/fields.json: /result/0 must NOT have additional properties nonsense',
    );
  });

  it('has every undocumented choice in docs/simulators.md', () => {
    expect(documentedSwitches()).toEqual(
      Object.entries(MARKETO_SWITCHES).map(([name, { choices, open }]) => [
        name,
        choices.map((choice) => JSON.stringify(choice).replaceAll('"', '')).join(', '),
        open,
      ]),
    );
  });

  it('is what docs/simulators.md says of each endpoint of the reference and of each that is served', () => {
    const table = readTable();
    const wanted = [...new Set([...indexedEndpoints(), ...Object.keys(ALL)])].sort();
    expect(table.map(({ endpoint }) => endpoint).sort()).toEqual(wanted);
    for (const { endpoint, served, validated, notes } of table) {
      const driven = endpoint in ALL;
      expect({ endpoint, served, validated }).toEqual({
        endpoint,
        served: driven ? 'yes' : 'no',
        validated: driven ? 'yes' : 'no',
      });
      if (!driven) expect(notes).not.toBe('');
    }
  });
}

/** The name of a test ends in its operation. */
function operationOf(test = ''): string {
  return /(GET|POST|DELETE) \/\S+$/.exec(test)?.[0] ?? '';
}

async function checkGood(spec: VendorSpec, operation: string, response: Response): Promise<void> {
  const body = (await response.json()) as Answer;
  expect(body.errors).toBeUndefined();
  expect(codesOf(body)).toEqual([]);
  expect(spec.faults(operation, body)).toEqual([]);
}

/** Codes of the whole answer, or of its records: `reasons`, in custom activities `errors`. */
function codesOf({ errors = [], result = [] }: Answer): string[] {
  const reasons = result.flatMap((item) => [
    ...(item?.reasons ?? []),
    ...(item?.status === 'skipped' ? ((item.errors ?? []) as { code: string }[]) : []),
  ]);
  return [...errors, ...reasons].map(({ code }) => code);
}
