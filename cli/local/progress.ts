/** Receives what is being done for one subject; called as often as there is something new. */
export type Report = (text: string) => void;

const LINE_EVERY_MS = 15_000;
const DRAW_EVERY_MS = 500;

interface Line {
  text: string;
  since: number;
  printed: number;
}

/**
 * Shows several long steps side by side. On a terminal each has a line that is redrawn in place; anywhere else (CI, a pipe) a line is printed
 * when a step begins and every 15 s, so that nobody takes a four-minute build for a hang and logs stay short.
 */
export class Progress {
  private readonly lines = new Map<string, Line>();
  private timer: NodeJS.Timeout | undefined;
  private drawn = 0;

  constructor(
    private readonly stream: NodeJS.WriteStream = process.stderr,
    private readonly quiet: boolean = false,
  ) {}

  /** A {@link Report} for one subject, such as `temporal`. */
  for(subject: string): Report {
    return (text) => {
      const line = this.lines.get(subject);
      if (line) line.text = text;
      else this.lines.set(subject, { text, since: Date.now(), printed: 0 });
      this.timer ??= setInterval(() => this.draw(), DRAW_EVERY_MS).unref();
    };
  }

  /** Ends a subject's line with a last word that stays on the screen. */
  done(subject: string, text: string): void {
    this.erase();
    this.lines.delete(subject);
    if (!this.quiet) this.stream.write(`${subject}: ${text}\n`);
    this.draw();
    if (this.lines.size === 0) this.close();
  }

  /** Stops drawing. */
  close(): void {
    this.erase();
    clearInterval(this.timer);
    this.timer = undefined;
    this.lines.clear();
  }

  private draw(): void {
    if (this.quiet) return;
    this.erase();
    const now = Date.now();
    for (const [subject, line] of this.lines) {
      const text = `${subject}: ${Math.round((now - line.since) / 1000)} s, ${line.text}`;
      if (this.stream.isTTY) {
        this.stream.write(`${text.slice(0, (this.stream.columns || 80) - 1)}\n`);
        this.drawn += 1;
      } else if (now - line.printed >= LINE_EVERY_MS) {
        this.stream.write(`${text}\n`);
        line.printed = now;
      }
    }
  }

  private erase(): void {
    if (this.drawn > 0) this.stream.write(`\u001b[${this.drawn}A\u001b[J`);
    this.drawn = 0;
  }
}
