import { type Db, MongoClient } from 'mongodb';
import { Fingerprinter } from '../../model/fingerprint';
import type { PushRequest } from '../../model/push';
import { Asides } from './aside';
import { Bindings } from './bindings';
import { Checkpoints } from './checkpoints';
import { Conflicts } from './conflicts';
import { Deletions } from './deletions';
import { Failures } from './failures';
import { FieldMaps } from './field-map';
import { Fields } from './fields';
import { Inbox } from './inbox';
import { Journal } from './journal';
import { Links } from './links';
import { ParkedStore } from './parked';
import { People } from './people';
import { ProgressStore } from './progress';
import { Pushes } from './pushes';
import { Reconciliation } from './reconciliation';
import { Requests, type ResyncRequest } from './requests';
import { Roles } from './roles';
import { Sealer } from './sealer';
import { Staging } from './staging';
import { Synced } from './synced';
import { Traces } from './traces';
import { Unowned } from './unowned';
import { Waiting } from './waiting';
import { Writers } from './writers';

/** The service's memory (DESIGN §4): every collection, one class each. */
export interface Store {
  db: Db;
  fingerprinter: Fingerprinter;
  asides: Asides;
  bindings: Bindings;
  checkpoints: Checkpoints;
  conflicts: Conflicts;
  deletions: Deletions;
  failures: Failures;
  fieldMaps: FieldMaps;
  fields: Fields;
  inbox: Inbox;
  journal: Journal;
  links: Links;
  parked: ParkedStore;
  people: People;
  progress: ProgressStore;
  pushes: Pushes;
  pushRequests: Requests<PushRequest>;
  reconciliation: Reconciliation;
  requests: Requests;
  roles: Roles;
  staging: Staging;
  synced: Synced;
  traces: Traces;
  unowned: Unowned;
  waiting: Waiting;
  writers: Writers;
  close(): Promise<void>;
}

/** @param dataKey 32 bytes: seals rows and keys the fingerprints. */
export async function openStore(uri: string, database: string, dataKey: Buffer): Promise<Store> {
  const client = await MongoClient.connect(uri, { appName: 'dynamics-marketo-sync', ignoreUndefined: true });
  return storeOn(client.db(database), new Sealer(dataKey), () => client.close());
}

const DAMAGED_LINK = 'what both sides had agreed on is damaged: they are merged without it';

/** The collections of a database, whatever it is. */
export function storeOn(db: Db, sealer: Sealer, close: () => Promise<void>): Store {
  const failures = new Failures(db);
  const fingerprinter = new Fingerprinter(sealer.fingerprintKey, sealer.keyId);
  const links = new Links(db, fingerprinter.epoch, (ids) =>
    failures.add(ids.map((id) => ({ id, operation: 'links.get', code: 'damaged', message: DAMAGED_LINK }))),
  );
  const inbox = new Inbox(db, sealer, links);
  return {
    db,
    fingerprinter,
    asides: new Asides(db, sealer, inbox),
    bindings: new Bindings(db),
    checkpoints: new Checkpoints(db, sealer),
    conflicts: new Conflicts(db, sealer),
    deletions: new Deletions(db),
    failures,
    fieldMaps: new FieldMaps(db),
    fields: new Fields(db),
    inbox,
    journal: new Journal(db),
    links,
    parked: new ParkedStore(db, failures),
    people: new People(db),
    progress: new ProgressStore(db),
    pushes: new Pushes(db),
    pushRequests: new Requests<PushRequest>(db, sealer, 'pushRequests'),
    reconciliation: new Reconciliation(db),
    // Every row, where nobody knows which were meant.
    requests: new Requests<ResyncRequest>(db, sealer, 'requests', (entity) => ({ entity })),
    roles: new Roles(db),
    staging: new Staging(db, sealer),
    synced: new Synced(db),
    traces: new Traces(db),
    unowned: new Unowned(db),
    waiting: new Waiting(db),
    writers: new Writers(db),
    close,
  };
}
