/** Links whose size is remembered: of a read that was dropped the next link is never followed. */
const LINKS = 200;

/**
 * With how many rows a page the read behind a nextLink goes on, where its pages were over the bound. The vendor asks for the same size
 * each time (dataverse-api §3.2): a read goes on with the smaller one, and never with a larger one again. A link that another process
 * made is followed with the full size; its cookie names the last row, whatever the size.
 */
export class PageRows {
  readonly #rows = new Map<string, number>();

  of(link: string, most: number): number {
    return Math.min(most, this.#rows.get(link) ?? most);
  }

  note(nextLink: string | undefined, rows: number, most: number): void {
    if (nextLink === undefined || rows >= most) return;
    this.#rows.set(nextLink, rows);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > LINKS && oldest !== undefined) this.#rows.delete(oldest);
  }
}
