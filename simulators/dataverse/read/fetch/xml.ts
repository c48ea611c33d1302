import { DataverseError } from '../../errors';

/** An element of an XML text, without its namespaces. */
export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const MARKS =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Reads an XML text of elements, attributes and text; throws 400 0x80040201 where it is malformed. */
export function readXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    end = match.index + match[0].length;
    const [, closing, name, attributes, empty, plain] = match;
    const parent = open.at(-1)!;
    if (plain !== undefined) parent.text += decode(plain.trim());
    if (name === undefined) continue;
    if (closing) {
      if (open.length < 2 || open.pop()!.name !== name) throw malformed();
      continue;
    }
    const element: Element = { name, attributes: readAttributes(attributes ?? ''), children: [], text: '' };
    parent.children.push(element);
    if (!empty) open.push(element);
  }
  if (end !== text.length || open.length !== 1 || root.children.length !== 1) throw malformed();
  return root.children[0]!;
}

const malformed = () => new DataverseError(400, '0x80040201', 'Invalid XML.');

function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const match of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    found[match[1]!] = decode(match[2] ?? match[3] ?? '');
  }
  return found;
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal));
  });
}
