/** A refusal of the Web API: HTTP status, hex code, message (dataverse-api §7). */
export class DataverseError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** 400 0x80060888, what OData itself refuses: unknown property, option or segment. */
export const badQuery = (message: string): DataverseError => new DataverseError(400, '0x80060888', message);

/** 400 0x80048d19, a payload that is not understood. */
export const badPayload = (message: string): DataverseError => new DataverseError(400, '0x80048d19', message);

/** 404 0x80040217, no row of that id. */
export const noSuchRow = (table: string, id: string): DataverseError =>
  new DataverseError(404, '0x80040217', `${table} With Id = ${id} Does Not Exist`);

/** 404, no such entity set or segment. */
export const noSuchResource = (segment: string): DataverseError =>
  new DataverseError(404, '0x8006088a', `Resource not found for the segment '${segment}'.`);
