import { cpuSeconds, peakMegabytes } from '../bench/process';
import { type Measured, ofProcessor } from './measured';
import { KEY_FIELD, person } from './person';
import { type Bench, withSimulators } from './simulators';

const BATCH = 300;
/** Calls under way at once, as many as Marketo allows. */
const AT_ONCE = 10;
const OWN_FIELDS = [
  [KEY_FIELD, 'string'],
  ['microsoftType', 'string'],
  ['microsoftCreatedDate', 'datetime'],
] as const;

/** Upserts people in Marketo in full batches: all new first, then a part of them again with one field changed. */
export function upserts(leads: number, say: (text: string) => void): Promise<Measured> {
  return withSimulators(async (bench) => {
    await bench.control('marketo/settings', { activityDelayMs: [0, 0] });
    const input = OWN_FIELDS.map(([name, dataType]) => ({ name, displayName: name, dataType }));
    await bench.marketo('leads/schema/fields.json', JSON.stringify({ input }));
    const busy = cpuSeconds(bench.pid) ?? 0;
    const created = await post(bench, leads, 'created', (at) => person(at));
    const afterCreates = cpuSeconds(bench.pid) ?? 0;
    say(`  ${leads} leads created in ${created.toFixed(1)} s`);
    const again = Math.ceil(leads / 5);
    const updated = await post(bench, again, 'updated', (at) => ({ ...person(at), title: `Changed ${at}` }));
    const afterUpdates = cpuSeconds(bench.pid) ?? 0;
    const { entries, bytes } = await bench.ledger('marketo');
    const at = `batches of ${BATCH}, ${AT_ONCE} at once`;
    return {
      figures: [
        {
          name: 'Marketo upserts, new',
          value: leads / created,
          unit: 'leads/s',
          goal: '≥ 10000',
          ...ofProcessor(leads, afterCreates - busy),
          at: `${leads} in ${at}`,
        },
        {
          name: 'Marketo upserts, known',
          value: again / updated,
          unit: 'leads/s',
          goal: '≥ 10000',
          ...ofProcessor(again, afterUpdates - afterCreates),
          at: `${again} in ${at}`,
        },
        {
          name: 'RSS, leads in Marketo',
          value: peakMegabytes(bench.pid),
          unit: 'MB',
          goal: '≤ 2048',
          at: `${leads} leads`,
        },
        { name: 'Marketo ledger', value: bytes / entries, unit: 'bytes/entry', at: `${entries} entries` },
      ],
      details: { created, updated, processorSeconds: afterUpdates - busy, ledgerBytes: bytes },
    };
  });
}

/** Seconds that it takes; throws where a record is refused. */
async function post(
  bench: Bench,
  leads: number,
  expected: string,
  record: (at: number) => Record<string, unknown>,
): Promise<number> {
  let next = 0;
  const poster = async (): Promise<void> => {
    while (next < leads) {
      const from = next;
      next += BATCH;
      const input = Array.from({ length: Math.min(BATCH, leads - from) }, (_, index) => record(from + index));
      const body = JSON.stringify({ action: 'createOrUpdate', lookupField: KEY_FIELD, input });
      const { result } = await bench.marketo('leads.json', body);
      const other = (result as { status: string }[]).find(({ status }) => status !== expected);
      if (other) throw new Error(`a lead was ${other.status}, not ${expected}: ${JSON.stringify(other)}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, poster));
  return (performance.now() - began) / 1000;
}
