/** Link fields that preflight gives a custom object (marketo-api §6.4): a company is linked by Marketo's id, as a person is. */
export const OWNER_LINKS = {
  leadId: { displayName: 'Lead', relatedTo: { name: 'lead', field: 'id' } },
  companyId: { displayName: 'Company', relatedTo: { name: 'company', field: 'id' } },
} as const;
export type OwnerLink = keyof typeof OWNER_LINKS;

/** What a custom row belongs to. */
export interface BelongsTo {
  /** The lookup column that names it. */
  column: string;
  /** lead, contact, account; or another custom entity, whose owner the row then shares. */
  entity: string;
  link: OwnerLink;
}

const ROOTS: ReadonlyMap<string, OwnerLink> = new Map([
  ['lead', 'leadId'],
  ['contact', 'leadId'],
  ['account', 'companyId'],
]);

/** As in the built-in connector (native-sync §10): one or two levels below a standard entity. */
const LEVELS = 2;

/** Where a custom entity stands: by which link it is owned, and how many levels below the owner. */
export type Place = { link: OwnerLink; level: number } | { fault: string };

/** @param parents the custom entities, each with what it belongs to */
export function placeOf(entity: string, parents: ReadonlyMap<string, string>): Place {
  const path = [entity];
  for (let parent = parents.get(entity); parent !== undefined; parent = parents.get(parent)) {
    const link = ROOTS.get(parent);
    if (link && path.length > LEVELS) {
      const way = [...path, parent].join(' → ');
      return { fault: `is ${path.length} levels below ${parent} (${way}); at most ${LEVELS} can be synced` };
    }
    if (link) return { link, level: path.length };
    if (path.includes(parent)) return { fault: `belongs to itself (${[...path, parent].join(' → ')})` };
    if (!parents.has(parent)) {
      return { fault: `belongs to ${parent}, which is none of ${[...ROOTS.keys()].join(', ')} nor a custom entity` };
    }
    path.push(parent);
  }
  return { fault: 'belongs to nothing' };
}
