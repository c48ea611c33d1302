import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

/** Letters that become one compressed chunk; smaller ones compress worse, larger ones pause the simulator longer. */
const CHUNK = 256 * 1024;
const NEWLINE = 10;

interface Chunk {
  /** The number of each line. */
  numbers: Uint32Array;
  bytes: Buffer;
}

/**
 * Append-only lines in memory, compressed chunk by chunk, so that a ledger of a million entries is held and read
 * without ever being one string. Each line has a number, and numbers never fall.
 */
export class Journal {
  private chunks: Chunk[] = [];
  private lines: string[] = [];
  private numbers: number[] = [];
  private length = 0;

  append(number: number, line: string): void {
    this.lines.push(line);
    this.numbers.push(number);
    this.length += line.length;
    if (this.length >= CHUNK) this.pack();
  }

  /** The lines numbered above `after` in pieces of whole lines, each line ended; also what is added while it is read. */
  *read(after: number): Generator<Buffer> {
    const { chunks } = this; // clear() puts a new array in its place: a reader ends with what it began
    let at = 0;
    while (at < chunks.length && chunks[at]!.numbers.at(-1)! <= after) at += 1;
    for (const first = at; at < chunks.length; at += 1) {
      const { numbers, bytes } = chunks[at]!;
      const text = inflateRawSync(bytes);
      yield at === first ? skip(text, count(numbers, after)) : text;
    }
    const rest = this.chunks === chunks ? this.lines.slice(count(this.numbers, after)) : [];
    if (rest.length > 0) yield Buffer.from(`${rest.join('\n')}\n`);
  }

  /** Lines, and bytes held for them. */
  get size(): { entries: number; bytes: number } {
    let entries = this.lines.length;
    let bytes = this.length;
    for (const chunk of this.chunks) {
      entries += chunk.numbers.length;
      bytes += chunk.numbers.byteLength + chunk.bytes.length;
    }
    return { entries, bytes };
  }

  clear(): void {
    this.chunks = [];
    this.empty();
  }

  private pack(): void {
    const packed = deflateRawSync(`${this.lines.join('\n')}\n`, { level: constants.Z_BEST_SPEED, chunkSize: CHUNK });
    const bytes = Buffer.allocUnsafeSlow(packed.length); // what zlib gives is a slice of a much larger buffer
    packed.copy(bytes);
    this.chunks.push({ numbers: Uint32Array.from(this.numbers), bytes });
    this.empty();
  }

  private empty(): void {
    this.lines = [];
    this.numbers = [];
    this.length = 0;
  }
}

/** How many of the numbers are not above `after`. */
function count(numbers: ArrayLike<number>, after: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The text without its first lines. */
function skip(text: Buffer, lines: number): Buffer {
  let from = 0;
  for (let line = 0; line < lines; line += 1) from = text.indexOf(NEWLINE, from) + 1;
  return text.subarray(from);
}
