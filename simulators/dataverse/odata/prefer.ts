export interface Preferences {
  maxPageSize?: number;
  trackChanges: boolean;
  representation: boolean;
  continueOnError: boolean;
  /** Which annotations to show: undefined = none. */
  annotations?: (name: string) => boolean;
  /** What Preference-Applied answers. */
  applied: string[];
}

/** Reads the Prefer header; several preferences stand in one header or in many (dataverse-api §2). */
export function readPrefer(header: string | undefined): Preferences {
  const preferences: Preferences = { trackChanges: false, representation: false, continueOnError: false, applied: [] };
  if (!header) return preferences;
  for (const match of header.matchAll(/([\w.-]+)(?:\s*=\s*(?:"([^"]*)"|([^,;\s]+)))?/g)) {
    const name = match[1]!.toLowerCase();
    const value = match[2] ?? match[3];
    if (name === 'odata.maxpagesize' && Number(value) > 0) preferences.maxPageSize = Number(value);
    else if (name === 'odata.track-changes') preferences.trackChanges = true;
    else if (name === 'return' && value === 'representation') preferences.representation = true;
    else if (name === 'odata.continue-on-error') preferences.continueOnError = true;
    else if (name === 'odata.include-annotations' && value) preferences.annotations = annotationFilter(value);
    else continue;
    preferences.applied.push(match[0]);
  }
  return preferences;
}

function annotationFilter(list: string): (name: string) => boolean {
  const patterns = list.split(',').map((part) => part.trim());
  return (name) =>
    patterns.some(
      (pattern) =>
        pattern === '*' || pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))),
    );
}
