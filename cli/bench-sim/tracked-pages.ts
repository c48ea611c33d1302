import { COLUMNS } from '../bench/bare-fields';
import { cpuSeconds, peakMegabytes } from '../bench/process';
import { type Measured, ofProcessor } from './measured';
import { withSimulators } from './simulators';

const PAGE = 4_800;

/** Reads all leads of Dataverse as the import does, page after page with change tracking. */
export function trackedPages(leads: number, say: (text: string) => void): Promise<Measured> {
  return withSimulators(async (bench) => {
    const generating = performance.now();
    await bench.control('dynamics/generate', { table: 'lead', count: leads });
    say(`  ${leads} leads made in ${((performance.now() - generating) / 1000).toFixed(1)} s`);
    const prefer = `odata.track-changes,odata.maxpagesize=${PAGE}`;
    let pages = 0;
    let letters = 0;
    const began = performance.now();
    const busy = cpuSeconds(bench.pid) ?? 0;
    for (let next: string | undefined = `leads?$select=${COLUMNS}`; next !== undefined; ) {
      const text: string = await bench.dataverse(next, prefer);
      pages += 1;
      letters += text.length;
      next = /"@odata\.nextLink":"([^"]+)"/.exec(text.slice(0, 2000) + text.slice(-2000))?.[1];
    }
    const seconds = (performance.now() - began) / 1000;
    const processor = (cpuSeconds(bench.pid) ?? 0) - busy;
    const { entries, bytes } = await bench.ledger('dynamics');
    const at = `${leads} leads, ${pages} pages`;
    return {
      figures: [
        {
          name: 'Dataverse tracked pages',
          value: leads / seconds,
          unit: 'rows/s',
          goal: '≥ 20000',
          ...ofProcessor(leads, processor),
          at,
        },
        { name: 'RSS, leads in Dataverse', value: peakMegabytes(bench.pid), unit: 'MB', goal: '≤ 2048', at },
        { name: 'Dynamics ledger', value: bytes / entries, unit: 'bytes/entry', at: `${entries} entries` },
      ],
      details: { seconds, pages, letters, processorSeconds: processor, ledgerBytes: bytes },
    };
  });
}
