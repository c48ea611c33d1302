import type { ApiResponse } from '../context';
import { DataverseError } from '../errors';
import type { Part } from './multipart';

/** The rows that the parts of a change set made or changed, by Content-ID, as `set(id)`. */
export type Made = Map<string, string>;

/** Puts the rows of earlier parts in place of `$1` in the address and in references of the body (dataverse-api §5.5). */
export function resolved(part: Part, made: Made): Part {
  const row = (id: string): string => {
    const found = made.get(id);
    if (found !== undefined) return found;
    const text = `Content-ID Reference: '$${id}' does not exist in the batch context.`;
    throw new DataverseError(400, '0x80060888', text);
  };
  const path = part.path.replace(/^\$(\d+)/, (_whole, id: string) => row(id));
  const body = part.body.replace(
    /(@odata\.(?:bind|id)"\s*:\s*")\/?\$(\d+)"/g,
    (_whole, before: string, id: string) => `${before}${row(id)}"`,
  );
  return { ...part, path, body };
}

/** Remembers the row of a part that is done. */
export function noteMade(part: Part, answer: ApiResponse, made: Made): void {
  if (part.contentId !== undefined && answer.entity !== undefined) made.set(part.contentId, answer.entity);
}
