import { ENTRA } from '../../entra/credentials';
import { BUSINESS_UNIT_ID } from '../builtin';
import { type ApiResponse, type Context, jsonAnswer } from '../context';
import type { Row } from '../types';

const VERSION = '9.2.25104.00172';

const organizationRow = (context: Context): Row => [...context.database.store('organization').rows.values()][0]!;

/** `GET WhoAmI`. */
export function whoAmI(context: Context): ApiResponse {
  const body = {
    '@odata.context': `${context.api}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`,
    BusinessUnitId: BUSINESS_UNIT_ID,
    UserId: context.userId,
    OrganizationId: organizationRow(context).organizationid,
  };
  return jsonAnswer(JSON.stringify(body));
}

/** `GET RetrieveVersion`. */
export function retrieveVersion(context: Context): ApiResponse {
  const url = `${context.api}/$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse`;
  return jsonAnswer(JSON.stringify({ '@odata.context': url, Version: VERSION }));
}

/** `GET RetrieveCurrentOrganization(AccessType=@p1)` (dataverse-api §5.7). */
export function retrieveCurrentOrganization(context: Context): ApiResponse {
  const organization = organizationRow(context);
  const { environmentId, urlName, uniqueName } = context.database.organisation;
  const origin = context.api.replace(/api\/data\/.*$/, '');
  const body = {
    '@odata.context': `${context.api}/$metadata#Microsoft.Dynamics.CRM.RetrieveCurrentOrganizationResponse`,
    Detail: {
      OrganizationId: organization.organizationid,
      FriendlyName: organization.name,
      OrganizationVersion: VERSION,
      EnvironmentId: environmentId,
      DatacenterId: '00000000-0000-4000-8000-00000000dc01',
      Geo: 'NA',
      TenantId: ENTRA.tenantId,
      UrlName: urlName,
      UniqueName: uniqueName,
      State: 'Enabled',
      Endpoints: {
        Count: 3,
        IsReadOnly: false,
        Keys: ['WebApplication', 'OrganizationService', 'OrganizationDataService'],
        Values: [
          origin,
          `${origin}XRMServices/2011/Organization.svc`,
          `${origin}XRMServices/2011/OrganizationData.svc`,
        ],
      },
    },
  };
  return jsonAnswer(JSON.stringify(body));
}
