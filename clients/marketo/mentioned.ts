/**
 * The one of our names that a text of the vendor speaks of: after the word "field" first, then in quotes, since the text
 * may also quote the value (`Invalid value for field 'x' and value 'y'`, marketo-api §2.3).
 */
export function mentioned(message: string, names: readonly string[]): string | undefined {
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  for (const pattern of [/\bfield:?\s+['"]?([A-Za-z]\w*)/gi, /['"[]([A-Za-z]\w*)['"\]]/g])
    for (const match of message.matchAll(pattern)) {
      const name = known.get(match[1]!.toLowerCase());
      if (name !== undefined) return name;
    }
  return undefined;
}
