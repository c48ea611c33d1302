export const ORGANIZATION_ID = 'd9a7c3f2-5b1e-4c8a-9f60-3e2b7a418c05';

/** What RetrieveCurrentOrganization tells beside the organisation's row (dataverse-api §5.7, §10). */
export interface Organisation {
  environmentId: string;
  urlName: string;
  uniqueName: string;
  /** Origin at which it answers since it was renamed; null = every address of the simulator. */
  url: string | null;
}

export function defaultOrganisation(): Organisation {
  const uniqueName = uniqueNameOf(ORGANIZATION_ID);
  return { environmentId: ORGANIZATION_ID, urlName: 'simulated', uniqueName, url: null };
}

/** The unique name a new organisation is given. */
export const uniqueNameOf = (organizationId: string): string => `unq${organizationId.replaceAll('-', '').slice(0, 16)}`;
