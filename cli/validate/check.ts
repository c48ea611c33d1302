import { isApiError } from '../../clients/errors';

export type Level = 'ok' | 'warn' | 'fault';

/** One line of the report: what was looked at, what was found, and what to do about it. */
export interface Check {
  level: Level;
  /** The subject first: `Dynamics token`, `table contact`. */
  what: string;
  found?: string;
  remedy?: string;
}

export const ok = (what: string, found?: string): Check => ({ level: 'ok', what, ...(found ? { found } : {}) });
export const warn = (what: string, found: string, remedy?: string): Check => ({
  level: 'warn',
  what,
  found,
  ...(remedy ? { remedy } : {}),
});
export const fault = (what: string, found: string, remedy: string): Check => ({ level: 'fault', what, found, remedy });

export const lineOf = ({ level, what, found, remedy }: Check): string =>
  `${level.padEnd(6)}${what}${found ? `: ${found}` : ''}${remedy ? `. ${remedy}` : ''}`;

/**
 * Runs one check; what it throws becomes a fault. Only errors of the clients are told in words: theirs are made of names
 * and codes, while another error's message may hold an address with a password or a value.
 */
export async function attempt<T>(
  what: string,
  remedy: string | ((about: string) => string),
  work: () => Promise<T>,
): Promise<{ value: T } | { failed: Check }> {
  try {
    return { value: await work() };
  } catch (error) {
    const found = describe(error);
    return { failed: fault(what, found, typeof remedy === 'string' ? remedy : remedy(found)) };
  }
}

function describe(error: unknown): string {
  if (isApiError(error)) {
    const { about, code, status, kind } = error;
    const codes = [code, status && status !== 200 ? `HTTP ${status}` : undefined].filter(Boolean).join(', ');
    return `${about ?? `${kind === 'transient' ? 'no usable answer' : kind}`}${codes ? ` (${codes})` : ''}`;
  }
  const { name, code } = (error ?? {}) as { name?: string; code?: unknown };
  return `${name ?? 'error'}${typeof code === 'string' || typeof code === 'number' ? ` ${code}` : ''}`;
}
