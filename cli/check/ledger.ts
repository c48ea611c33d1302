import type { Entry } from '../../checker/index';

export type System = 'dynamics' | 'marketo';

/** A system's ledger, read so far; `more` reads what has come since. Fields that nobody maps are left behind: it is held in memory. */
export class LedgerReader {
  readonly entries: Entry[] = [];
  /** The highest `seq` there is in it. */
  until = 0;

  constructor(
    private readonly control: string,
    private readonly system: System,
    private readonly wanted: (table: string) => ReadonlySet<string> | undefined,
  ) {}

  /** @returns the entries that are new. */
  async more(): Promise<Entry[]> {
    const answer = await fetch(`${this.control}/_sim/${this.system}/ledger?after=${this.until}`);
    if (!answer.ok || !answer.body)
      throw new Error(`the simulators' ledger of ${this.system} answered ${answer.status}`);
    const before = this.entries.length;
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.add(line);
    }
    this.add(rest);
    return this.entries.slice(before);
  }

  private add(line: string): void {
    if (line === '') return;
    const entry = JSON.parse(line) as Entry;
    this.until = Math.max(this.until, entry.kind === 'call' ? entry.ended : entry.seq);
    this.entries.push(this.shorten(entry));
  }

  private shorten(entry: Entry): Entry {
    if (entry.kind === 'call' || entry.kind === 'refused') return entry;
    const names = Object.keys(entry.changes);
    const wanted = this.wanted(entry.table);
    const kept = names.filter((name) => wanted?.has(name));
    // Something must be left, or the write would seem to have changed nothing.
    if (kept.length === 0 && names[0] !== undefined) kept.push(names.find((name) => name !== 'updatedAt') ?? names[0]);
    return { ...entry, changes: Object.fromEntries(kept.map((name) => [name, entry.changes[name] ?? [null, null]])) };
  }
}
