import type { Random } from './random';
import { EMAILS, LINES, OPTIONS, type Step } from './step';

const STEPS = 22;
const ENDPOINTS = {
  marketo: [
    'POST /rest/v1/leads.json',
    'GET /rest/v1/leads.json',
    'POST /rest/v1/',
    'GET /rest/v1/activities',
    '/rest/v1/',
  ],
  dynamics: ['POST $batch', 'GET leads', 'GET contacts', 'GET '],
} as const;
const MARKETO_FAULTS = [
  { kind: 'error', code: '713' },
  { kind: 'status', status: 429, retryAfter: '99999999999999' },
  { kind: 'status', status: 503, retryAfter: 'Fri, 31 Dec 9999 23:59:59 GMT' },
  { kind: 'status', status: 429, retryAfter: '-1, soon' },
  { kind: 'error', code: '606' },
  { kind: 'error', code: '608' },
  { kind: 'error', code: '602' },
  { kind: 'error', code: '604' },
  { kind: 'error', code: '604', commit: true },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'html' },
  { kind: 'cut' },
  { kind: 'empty' },
  { kind: 'oversized' },
  { kind: 'bomb' },
  { kind: 'deep' },
  { kind: 'proto' },
] as const;
const DYNAMICS_FAULTS = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 503, commit: true },
  { kind: 'error', status: 429, code: '0x80072322', retryAfterSeconds: 3 },
  { kind: 'error', status: 429, code: '0x80072326', retryAfterSeconds: 120 },
  { kind: 'error', status: 429, code: '0x80072322', retryAfter: '99999999999999' },
  { kind: 'status', status: 503, retryAfter: 'Fri, 31 Dec 9999 23:59:59 GMT' },
  { kind: 'error', status: 429, code: '0x80072321', retryAfter: '-1, soon' },
  { kind: 'reset-before' },
  { kind: 'reset-after' },
  { kind: 'html' },
  { kind: 'cut' },
  { kind: 'oversized' },
  { kind: 'bomb' },
  { kind: 'deep' },
  { kind: 'proto' },
] as const;

/** Of calls about one record: `endpoint` none, those that only read it too. */
const FAULTS_ABOUT = {
  marketo: [
    { kind: 'error', code: '611' },
    { kind: 'error', code: '1003' },
    { kind: 'error', code: '604' },
    { kind: 'error', code: '604', commit: true },
    { kind: 'status', status: 502 },
    { kind: 'reset-before' },
    { kind: 'reset-after' },
    { kind: 'html' },
    { kind: 'html', status: 403 },
  ],
  dynamics: [
    { kind: 'html', status: 403 },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503 },
    { kind: 'error', status: 500, code: '0x80040216' },
    { kind: 'error', status: 400, code: '0x80040265' },
    { kind: 'reset-before' },
    { kind: 'reset-after' },
  ],
} as const;
const WRITES = { marketo: 'POST /rest/v1/', dynamics: 'POST $batch' } as const;

const TABLES = ['lead', 'contact', 'account', 'opportunity', 'systemuser', 'team', 'connection'] as const;

/** The steps of a story. */
export function drawSteps(random: Random): Step[] {
  return Array.from({ length: STEPS }, () => drawStep(random));
}

function drawStep(random: Random): Step {
  const number = () => random.below(1_000);
  const edit = () => drawEdit(random);
  const step = random.weighted<() => Step>([
    [24, edit],
    [18, () => ({ do: 'cycle' })],
    [6, () => ({ do: 'look' })],
    [4, () => ({ do: 'write-back', entity: random.of(['lead', 'contact'] as const) })],
    [10, () => drawFault(random)],
    [2, () => drawFaultAbout(random)],
    [6, () => drawRace(random)],
    [3, () => ({ do: 'restart', parent: random.chance(0.4) })],
    [4, () => ({ do: 'die', count: 1 + random.below(40) })],
    [2, () => ({ do: 'resync', entity: random.of(TABLES) })],
    [2, () => ({ do: 'late-page', entity: random.of(TABLES), page: random.below(3), edits: [edit(), edit()] })],
    [2, () => ({ do: 'expire', table: random.of(TABLES) })],
    [1, () => ({ do: 'tokens', system: random.of(['dynamics', 'marketo'] as const) })],
    [2, () => ({ do: 'pass', ms: random.of([30_000, 20 * 60_000, 26 * 3_600_000]) })],
    [3, () => ({ do: 'marketo-create', number: number(), email: `new${random.below(6)}@example.com` })],
    [2, () => ({ do: 'marketo-delete', person: number() })],
    [
      2,
      () => ({
        do: 'dynamics-delete',
        // An account takes its contacts and opportunities along.
        table: random.of(['lead', 'contact', 'opportunity', 'connection', 'account'] as const),
        row: number(),
      }),
    ],
  ]);
  return step();
}

/** Edits that leave no doubt of what has to come of them. */
function drawEdit(random: Random): Step {
  const number = () => random.below(1_000);
  const table = random.of(['lead', 'contact'] as const);
  return random.weighted<() => Step>([
    [10, () => ({ do: 'dynamics', table, row: number(), values: drawValues(random, 0) })],
    [10, () => ({ do: 'marketo', person: number(), values: drawValues(random, 1) })],
    [
      4,
      () => ({
        do: 'dynamics',
        table,
        row: number(),
        values: { new_synctomkto: random.of([false, false, true, null]) },
      }),
    ],
    [2, () => ({ do: 'dynamics', table: 'account', row: number(), values: { name: `Account ${random.below(5)}` } })],
    [1, () => ({ do: 'dynamics', table: 'systemuser', row: number(), values: { title: `Title ${random.below(3)}` } })],
    [1, () => ({ do: 'dynamics', table: 'team', row: number(), values: { description: `Team ${random.below(3)}` } })],
    [1, () => ({ do: 'dynamics', table: 'opportunity', row: number(), values: { estimatedvalue: random.below(9) } })],
    [
      3,
      () => ({
        do: 'dynamics-create',
        table: random.of(['lead', 'contact', 'account', 'opportunity'] as const),
        number: number(),
      }),
    ],
    [2, () => ({ do: 'account', row: number(), account: random.chance(0.3) ? null : number() })],
    [2, () => ({ do: 'owner', table, row: number(), team: random.chance(0.4) })],
    [
      2,
      () => ({
        do: 'customer',
        opportunity: number(),
        kind: random.of(['account', 'contact', 'contact'] as const),
        row: number(),
      }),
    ],
    [2, () => ({ do: 'line', line: number(), contact: random.chance(0.2) ? null : number() })],
    [2, () => ({ do: 'part', part: number(), line: random.chance(0.2) ? null : number() })],
    [2, () => ({ do: 'role', opportunity: number(), contact: random.chance(0.3) ? null : number() })],
    [2, () => ({ do: 'connect', opportunity: number(), contact: number() })],
    [1, () => ({ do: 'qualify', lead: number(), number: number() })],
    [1, () => ({ do: 'member', add: random.chance(0.5) })],
  ])();
}

function drawValues(random: Random, side: 0 | 1): Record<string, string | number | boolean | null> {
  const values: Record<string, string | number | boolean | null> = {};
  for (let count = 1 + random.below(2); count > 0; count -= 1) {
    const line = random.of(LINES);
    values[line[side]] = random.of<string | boolean | null>(line[2]);
  }
  if (random.chance(0.15))
    values[side === 0 ? 'emailaddress1' : 'email'] = random.of(side === 0 ? EMAILS : [EMAILS[0], EMAILS[1]]);
  if (random.chance(0.15))
    values[side === 0 ? 'preferredcontactmethodcode' : 'microsoftPreferredMethodOfContact'] = random.of(OPTIONS)[side];
  return values;
}

function drawFault(random: Random): Step {
  const system = random.of(['dynamics', 'marketo'] as const);
  const fault = system === 'marketo' ? random.of(MARKETO_FAULTS) : random.of(DYNAMICS_FAULTS);
  const where = { endpoint: random.of<string>(ENDPOINTS[system]), times: 1 + random.below(2), after: random.below(3) };
  return { do: 'fault', system, fault: { ...fault, ...where } };
}

function drawFaultAbout(random: Random): Step {
  const system = random.of(['dynamics', 'marketo'] as const);
  const fault = random.of<Record<string, string | number | boolean>>(FAULTS_ABOUT[system]);
  const where = random.chance(0.7) ? { endpoint: WRITES[system] } : {};
  const by = system === 'dynamics' ? 'guid' : random.of(['guid', 'id'] as const);
  const table = random.of(['lead', 'contact'] as const);
  return { do: 'fault-about', system, table, row: random.below(1_000), by, fault: { ...fault, ...where } };
}

/** Edits while the service is at work, which a slow call makes likely. */
function drawRace(random: Random): Step {
  const slow = {
    kind: random.of(['slow', 'slow-after']),
    delayMs: 250,
    endpoint: random.of(['POST /rest/v1/leads.json', 'GET /rest/v1/leads.json']),
    times: 1,
  };
  return { do: 'race', slow, edits: [drawEdit(random), drawEdit(random)] };
}
