/** A control call that cannot be carried out; answered with HTTP 400 and this text. */
export class ControlError extends Error {
  readonly statusCode = 400;
}

/** Refuses a control call with members that mean nothing, and names those that do. */
export function refuseFields(body: object, known: readonly string[]): void {
  const unknown = Object.keys(body).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new ControlError(`unknown field ${unknown.join(', ')}; use ${known.join(', ')}`);
}
