import { DataverseError } from '../errors';

/** Status and text of the codes the vendor documents (dataverse-api §7); any other code may be asked for too. */
const DOCUMENTED: Readonly<Record<string, readonly [status: number, message: string]>> = {
  '0x80040203': [400, 'Invalid argument.'],
  '0x80040216': [500, 'An unexpected error occurred.'],
  '0x80040217': [404, 'The record does not exist.'],
  '0x80040220': [403, 'The user does not hold the necessary privileges.'],
  '0x80040225': [403, 'The specified user is disabled.'],
  '0x80040231': [403, 'The principal does not hold the necessary privileges.'],
  '0x80040237': [412, 'A record with matching key values already exists.'],
  '0x80040256': [403, 'Access is denied.'],
  '0x80040265': [400, 'A plug-in of the organisation refused the change.'],
  '0x80040299': [403, 'The check of a privilege failed.'],
  '0x80040317': [400, 'The currency value is too large.'],
  '0x80040333': [412, 'A record was not created or updated because a duplicate was found.'],
  '0x80042f09': [403, 'The check of a privilege failed.'],
  '0x80044150': [500, 'Generic SQL error.'],
  '0x80044151': [500, 'SQL timeout expired.'],
  '0x8004430a': [400, 'The page number is too high without a paging cookie.'],
  '0x8004431a': [400, 'A validation error occurred. The value is outside the valid range.'],
  '0x80044331': [400, 'A validation error occurred. The value exceeded the maximum allowed length.'],
  '0x80044339': [500, 'A lock on the resource could not be obtained.'],
  '0x80044352': [400, 'Version stamp associated with the client has expired. Please perform a full sync.'],
  '0x80048306': [403, 'The principal user is missing a privilege.'],
  '0x80048408': [400, 'The status is not valid for the state.'],
  '0x80048d19': [400, 'The payload is not understood.'],
  '0x80050304': [403, 'The user has no licence for the API.'],
  '0x80060882': [412, "The version of the existing record doesn't match the version provided."],
  '0x80060883': [400, 'Optimistic concurrency is not enabled for the table.'],
  '0x80060888': [400, 'The query is not understood.'],
  '0x8006088a': [404, 'The resource is not found.'],
  '0x80060890': [400, 'The key is not defined for the table.'],
  '0x80060891': [404, 'No record has these key values.'],
  '0x80060892': [412, 'A record with these key values already exists.'],
  '0x80072321': [429, 'Combined execution time of incoming requests exceeded the limit.'],
  '0x80072322': [429, 'Number of requests exceeded the limit.'],
  '0x80072326': [429, 'Number of concurrent requests exceeded the limit.'],
  '0x80072560': [403, 'The user is not a member of the organization.'],
};

/** What a fault asks for; its status is that of its code, 503 where neither says one. */
export function faultError(status?: number, code?: string, message?: string, retryAfter?: string) {
  const [ofCode, text] = DOCUMENTED[code?.toLowerCase() ?? ''] ?? [503, 'A simulated fault.'];
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return new DataverseError(status ?? ofCode, code ?? '0x80040216', message ?? text, headers);
}
