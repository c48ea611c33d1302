/** A path below /api/data/v9.2/, cut into segments; `key` is what stands in the parentheses. */
export interface Segment {
  name: string;
  key?: string;
}

/** Cuts a decoded path at slashes that stand outside of parentheses and quotes. */
export function segments(path: string): Segment[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let current = '';
  for (const letter of path) {
    if (letter === "'") quoted = !quoted;
    if (!quoted && letter === '(') depth += 1;
    if (!quoted && letter === ')') depth -= 1;
    if (letter === '/' && depth === 0 && !quoted) {
      parts.push(current);
      current = '';
    } else current += letter;
  }
  parts.push(current);
  return parts.filter(Boolean).map((part) => {
    const match = /^([^(]+)\((.*)\)$/.exec(part);
    return match ? { name: match[1]!, key: match[2]! } : { name: part };
  });
}

/** Sets of metadata, whose names begin with a capital like those of functions. */
const METADATA = /^(?:\w+Definitions|Attributes|Keys|\w+Relationships)$/;

/** The template under which a call is counted: keys become `id`, function arguments are left out. */
export function endpointOf(method: string, path: string): string {
  const named = segments(path).map(({ name, key }) => {
    if (key === undefined) return name.startsWith('Microsoft.Dynamics.CRM.') ? name.slice(23) : name;
    if (/^[A-Z]/.test(name) && !METADATA.test(name)) return name;
    return `${name}(id)`;
  });
  return `${method} ${named.join('/') || '(service document)'}`;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id of a key segment in lower case, or undefined where it is an alternate key. */
export function guidKey(key: string, primaryId: string): string | undefined {
  const bare = key.startsWith(`${primaryId}=`) ? key.slice(primaryId.length + 1) : key;
  return GUID.test(bare) ? bare.toLowerCase() : undefined;
}
