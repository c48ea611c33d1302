/** Their meaning is in the status alone, whatever answers so, and is never what one record holds; a body that is too large is split anyway. */
const CLEAR: ReadonlySet<number> = new Set([401, 408, 413, 414, 429, 431]);

/**
 * Our own code of an answer that the vendor did not make, where the call named its records: a firewall may be against what one of them holds, or
 * against everything. What such a page says with its status, that nothing was allowed or found, is then no matter of our configuration: the call is
 * taken as one that failed. So the record is found by trying fewer, and if every call fails the operation is known to be down, and is told so.
 *
 * @returns undefined for a status that says enough by itself
 */
export const gatewayCode = (status: number): string | undefined =>
  status >= 300 && status < 500 && !CLEAR.has(status) ? `GATEWAY_${status}` : undefined;

export const isGatewayCode = (code: string | undefined): boolean => code?.startsWith('GATEWAY_') ?? false;
