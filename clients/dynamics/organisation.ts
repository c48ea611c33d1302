import { isObject, text } from '../answer';
import { isApiError } from '../errors';
import { itemsOf } from './rows';
import { type Transport, unreadable } from './transport';
import type { Organisation } from './types';

/** The vendor's default since 2022; an organisation may have another (dataverse-api §4.4). */
const DEFAULT_TRACKING_DAYS = 7;

/** Which organisation answers, and as which user. */
export async function organisation(transport: Transport): Promise<Organisation> {
  const operation = 'organisation.read';
  const { api, origin } = transport.settings;
  const [who, current, rows] = await Promise.all([
    transport.json({ operation, answers: 'fact', url: `${api}/WhoAmI`, names: ['WhoAmI'] }),
    transport.json({
      operation,
      answers: 'fact',
      url: `${api}/RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'`,
    }),
    transport.json({
      operation,
      answers: 'fact',
      url: `${api}/organizations?$select=organizationid,createdon,expirechangetrackingindays`,
      names: ['organizations'],
    }),
  ]);
  const row = itemsOf(rows)[0];
  const detail = isObject(current.Detail) ? current.Detail : {};
  const organizationId = text(who.OrganizationId);
  const userId = text(who.UserId);
  const createdOn = text(row?.createdon);
  if (organizationId === undefined || userId === undefined || createdOn === undefined)
    throw unreadable(operation, 200, 'NO_ORGANISATION');
  return {
    organizationId: organizationId.toLowerCase(),
    url: origin,
    uniqueName: text(detail.UniqueName) ?? '',
    createdOn,
    userId: userId.toLowerCase(),
    changeTrackingDays:
      typeof row?.expirechangetrackingindays === 'number' ? row.expirechangetrackingindays : DEFAULT_TRACKING_DAYS,
  };
}

/** The systemuserid of our application user. */
export async function userId(transport: Transport): Promise<string> {
  const operation = 'organisation.user';
  const who = await transport.json({ operation, answers: 'fact', url: `${transport.settings.api}/WhoAmI` });
  const id = text(who.UserId);
  if (id === undefined) throw unreadable(operation, 200, 'NO_USER');
  return id.toLowerCase();
}

/** LCID of the organisation's base language; undefined where it doesn't tell. */
export async function baseLanguage(transport: Transport): Promise<number | undefined> {
  try {
    const body = await transport.json({
      operation: 'organisation.language',
      answers: 'fact',
      url: `${transport.settings.api}/organizations?$select=languagecode`,
    });
    const code = itemsOf(body)[0]?.languagecode;
    return typeof code === 'number' ? code : undefined;
  } catch (error) {
    if (isApiError(error, 'configuration', 'gone', 'refused')) return undefined;
    throw error;
  }
}
