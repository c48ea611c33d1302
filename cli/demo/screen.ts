/** Prints lines; a block of them can be drawn over and over in place on a terminal, or now and then elsewhere. */
export class Screen {
  private drawn = 0;
  private drawnAt = 0;

  constructor(private readonly stream: NodeJS.WriteStream = process.stdout) {}

  say = (text: string): void => {
    this.erase();
    this.stream.write(`${text}\n`);
  };

  title(text: string): void {
    this.say(`\n== ${text}`);
  }

  /** On a terminal the lines replace the last block; elsewhere `short` is printed every few seconds. */
  live(lines: readonly string[], short: string, everyMs = 5_000): void {
    if (this.stream.isTTY) {
      this.erase();
      const width = (this.stream.columns || 100) - 1;
      this.stream.write(lines.map((line) => `${line.slice(0, width)}\n`).join(''));
      this.drawn = lines.length;
    } else if (Date.now() - this.drawnAt >= everyMs) {
      this.drawnAt = Date.now();
      this.stream.write(`${short}\n`);
    }
  }

  /** A last block, which stays. */
  keep(lines: readonly string[]): void {
    this.say(lines.join('\n'));
  }

  private erase(): void {
    if (this.drawn > 0) this.stream.write(`\u001b[${this.drawn}A\u001b[J`);
    this.drawn = 0;
  }
}

/** Rows as columns; the first column to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return all.map((row) => `  ${line(row).trimEnd()}`);
}
