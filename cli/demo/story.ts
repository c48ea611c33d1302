import type { DevHandle } from '../local/dev-environment';
import { check } from './check/run';
import { Control } from './control';
import { DELETE, type Made, type Tools } from './edits/edit';
import { editsFor } from './edits/list';
import { Picker } from './edits/pick';
import { makeEdits } from './edits/run';
import { followImport, untilCalm } from './follow';
import type { Outcome } from './outcome';
import { readImported } from './progress';
import { DataverseReader } from './readers/dataverse';
import { MarketoReader } from './readers/marketo';
import { wait } from './readers/wait';
import { watchRest } from './rest';
import type { Screen } from './screen';
import { startSync } from './start-sync';
import { StatusReader } from './status';

/** Roughly what the real systems take; Marketo's real limits are the simulator's default (marketo-api §3). */
const DYNAMICS = { readLatencyMs: 200, writeLatencyMs: 200 };
const MARKETO = { readLatencyMs: 200, writeLatencyMs: 500 };
/** Marketo shows an activity up to 2 s late here, and its feed is read every 15 s: by then the last echo has been seen. */
const FEED_DELAY_MS = 20_000;
const CALM_WITHIN_MS = 120_000;

const tenths = (ms: number): number => Math.round(ms / 100) / 10;

/** From an empty Marketo to a checked copy: import, edits on both sides, rest, check. */
export async function tell(dev: DevHandle, screen: Screen, began: number, sample: boolean): Promise<Outcome> {
  const control = new Control(dev.file.simulators);
  await control.settings('dynamics', DYNAMICS);
  await control.settings('marketo', MARKETO);

  screen.title('Start the sync');
  const importBegan = Date.now();
  await startSync(dev, screen.say);
  const status = await StatusReader.connect(dev);
  try {
    screen.title('The import');
    const importSeconds = tenths((await followImport(status, screen)) - importBegan);
    const imported = await readImported(dev);
    screen.say(`  done after ${importSeconds} s`);

    screen.title('Edits on both sides');
    const tools: Tools = {
      control,
      dataverse: new DataverseReader(dev.file.dynamics),
      marketo: new MarketoReader(dev.file.marketo),
    };
    const edits = await makeEdits(tools, await editsFor(tools, await Picker.read(tools.dataverse)), (edit) =>
      screen.say(arrival(edit)),
    );
    const deleted = new Set(edits.filter(({ what }) => what === DELETE).map(({ id }) => id));

    screen.title('At rest, and the check');
    await wait(FEED_DELAY_MS);
    const calm = await untilCalm(status, CALM_WITHIN_MS);
    const entities = Object.keys(calm.entities);
    const { rest, result } = await watchRest(control, status, () =>
      check(tools, entities, deleted, (text) => screen.say(`  ${text}`)),
    );
    return {
      imported,
      status: await status.read(),
      checked: result,
      edits,
      rest,
      seconds: {
        servers: tenths(dev.seconds.servers * 1_000),
        import: importSeconds,
        total: tenths(Date.now() - began),
      },
      sample,
    };
  } finally {
    await status.close();
  }
}

function arrival({ side, entity, field, what, seconds }: Made): string {
  const other = side === 'dynamics' ? 'Marketo' : 'Dynamics';
  const when = seconds === undefined ? 'NOT arrived' : `after ${seconds.toFixed(1)} s`;
  return `  ${`${what} (${entity}.${field})`.padEnd(52)} → ${other.padEnd(8)} ${when}`;
}
