import { randomUUID } from 'node:crypto';

/** A refusal of the token endpoint (dataverse-api §1.7): OAuth error, AADSTS number, HTTP status. */
export class EntraError extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly number: number,
    message: string,
  ) {
    super(message);
  }
}

/** The JSON body that goes with a refusal. */
export function errorBody(error: string, number: number, message: string, now: number): object {
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const trace = randomUUID();
  const correlation = randomUUID();
  return {
    error,
    error_description: `AADSTS${number}: ${message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
}
