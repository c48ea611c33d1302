/** A control call that cannot be carried out; answered with HTTP 400 and this text. */
export class ControlError extends Error {
  readonly statusCode = 400;
}
