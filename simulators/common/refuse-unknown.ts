/** Throws an Error that names the fields which are not known, and those which are. `what` is one of them, e.g. `setting`. */
export function refuseUnknown(sent: unknown, known: readonly string[], what: string): void {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new Error(`the body must be an object with any of ${known.join(', ')}`);
  }
  const unknown = Object.keys(sent).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`unknown ${what} ${unknown.join(', ')}; use ${known.join(', ')}`);
}
