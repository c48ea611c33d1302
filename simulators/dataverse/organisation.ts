import { ORGANIZATION_ID } from './builtin';

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
