import { same } from '../check/same';
import { wait } from '../readers/wait';
import type { Edit, Made, Tools } from './edit';

const TIMEOUT_S = 120;
/** Few enough that polling takes a third of Marketo's calls at most. */
const EVERY_MS = 1_500;

/** Makes all edits, one after the other, then looks on the other side until each is there. Late ones have no `seconds`. */
export async function makeEdits(tools: Tools, edits: readonly Edit[], report: (edit: Made) => void): Promise<Made[]> {
  const made: Made[] = [];
  for (const edit of edits) {
    const id = await edit.make();
    made.push({ ...edit, id: id.toLowerCase(), at: Date.now() });
  }
  let open = made;
  const until = Date.now() + TIMEOUT_S * 1_000;
  while (open.length > 0 && Date.now() < until) {
    await Promise.all([lookAtMarketo(tools, open), lookAtDynamics(tools, open)]);
    for (const edit of open) if (edit.seconds !== undefined) report(edit);
    open = open.filter(({ seconds }) => seconds === undefined);
    if (open.length > 0) await wait(EVERY_MS);
  }
  for (const edit of open) report(edit);
  return made;
}

function note(edit: Made, value: unknown): void {
  if (same(edit.arrives.kind, value, edit.arrives.value)) edit.seconds = Math.round((Date.now() - edit.at) / 100) / 10;
}

/** One call for each object, whatever is awaited there. */
async function lookAtMarketo({ marketo }: Tools, open: readonly Made[]): Promise<void> {
  const byObject = new Map<string, Made[]>();
  for (const edit of open) {
    if (edit.side !== 'dynamics') continue;
    byObject.set(edit.arrives.object, [...(byObject.get(edit.arrives.object) ?? []), edit]);
  }
  for (const [object, edits] of byObject) {
    const key = edits[0]?.arrives.key ?? '';
    const ids = edits.map(({ id }) => id);
    const fields = [...new Set([key, ...edits.map(({ arrives }) => arrives.field)])];
    const records = new Map(
      (await marketo.find(object, key, ids, fields)).map((one) => [String(one[key]).toLowerCase(), one]),
    );
    for (const edit of edits) {
      const record = records.get(edit.id);
      if (record) note(edit, record[edit.arrives.field]);
    }
  }
}

async function lookAtDynamics({ dataverse }: Tools, open: readonly Made[]): Promise<void> {
  for (const edit of open) {
    if (edit.side !== 'marketo') continue;
    const row = await dataverse.row(edit.arrives.object, edit.id, [edit.arrives.field]);
    if (row) note(edit, row[edit.arrives.field]);
  }
}
