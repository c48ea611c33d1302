import { randomUUID } from 'node:crypto';
import { restoreBackup, takeBackup } from '../backup';
import { APPLICATION_USER_ID } from '../builtin';
import type { Database } from '../database';
import { uniqueNameOf } from '../organisation';
import { checkNames, type DataverseSettings } from '../settings';
import type { Row } from '../types';
import { updateRow } from '../write/mutate';

/** What an administrator does to the organisation (dataverse-api §10, §12.12). */
export interface OrganisationOperation {
  do: string;
  /** Of the organisation (copy, rename), or of the backup. */
  name?: string;
  urlName?: string;
  uniqueName?: string;
  /** Origin at which it answers from now on, e.g. http://localhost:4602; other addresses answer 404. */
  url?: string;
  administrationMode?: boolean;
  /** systemuserid; default the service's application user. */
  user?: string;
}

const FIELDS = ['do', 'name', 'urlName', 'uniqueName', 'url', 'administrationMode', 'user'];

type Run = (database: Database, operation: OrganisationOperation) => object;

const OPERATIONS: Readonly<Record<string, Run>> = {
  backup(database, { name = 'backup' }) {
    const backup = takeBackup(database);
    database.backups.set(name, backup);
    return { name, version: backup.version };
  },
  restore(database, { name = 'backup' }) {
    const backup = database.backups.get(name);
    if (!backup)
      throw new Error(`no backup is named '${name}'; there is ${[...database.backups.keys()].join(', ') || 'none'}`);
    restoreBackup(database, backup);
    if (!database.settings.restoreKeepsOrganizationId) replaceOrganization(database, {}, randomUUID());
    return { name, version: database.version };
  },
  /** From now on, the addresses are those of a copy: the same rows, ids and row versions in another environment. */
  copy(database, { name = 'simulated copy', urlName = 'simulatedcopy', administrationMode = false }) {
    const organizationId = randomUUID();
    const kept = database.settings.copyKeepsOrganizationId;
    replaceOrganization(database, { name }, kept ? undefined : organizationId);
    const uniqueName = uniqueNameOf(organizationId);
    database.organisation = { ...database.organisation, environmentId: randomUUID(), urlName, uniqueName };
    set(database, { administrationMode });
    return { organizationId: organizationRow(database).organizationid };
  },
  rename(database, { name, urlName, uniqueName, url }) {
    if (name !== undefined) replaceOrganization(database, { name });
    const { organisation } = database;
    database.organisation = {
      ...organisation,
      urlName: urlName ?? organisation.urlName,
      uniqueName: uniqueName ?? organisation.uniqueName,
      url: url === undefined ? organisation.url : new URL(url).origin,
    };
    return database.organisation;
  },
  administrationMode(database, { administrationMode = true }) {
    set(database, { administrationMode });
    return { administrationMode };
  },
  disableUser: (database, { user }) => setUser(database, user, { isdisabled: true }),
  enableUser: (database, { user }) => setUser(database, user, { isdisabled: false }),
};

/** Runs one operation; throws an Error that names what is wrong. */
export function changeOrganisation(database: Database, operation: OrganisationOperation): object {
  checkNames('field', operation, FIELDS);
  const run = OPERATIONS[operation.do];
  if (!run) throw new Error(`do '${operation.do}' is unknown; use one of ${Object.keys(OPERATIONS).join(', ')}`);
  return database.transaction(() => run(database, operation));
}

const organizationRow = (database: Database): Row => [...database.store('organization').rows.values()][0]!;

/** Changes the organisation's own row; another id makes it another row. */
function replaceOrganization(database: Database, values: Row, newId?: string): void {
  const store = database.store('organization');
  const before = organizationRow(database);
  const id = before.organizationid as string;
  if (newId !== undefined) database.remove(store, id);
  database.put(store, { ...before, ...values, organizationid: newId ?? id, modifiedon: database.timestamp() });
}

function set(database: Database, partial: Partial<DataverseSettings>): void {
  database.settings = { ...database.settings, ...partial };
}

function setUser(database: Database, user: string | undefined, values: Row): object {
  const id = user?.toLowerCase() ?? APPLICATION_USER_ID;
  updateRow(database, database.store('systemuser'), id, values, APPLICATION_USER_ID);
  return { user: id };
}
