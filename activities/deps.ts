import type { DynamicsClient } from '../clients/dynamics/types';
import type { Health } from '../clients/health';
import type { MarketoClient } from '../clients/marketo/types';
import type { Store } from '../clients/mongo/store';
import type { Settings } from '../model/settings';
import type { Schema } from './schema';

/** All that an activity may touch: handed in, so that a test can hand in something else. */
export interface Deps {
  dynamics: DynamicsClient;
  marketo: MarketoClient;
  store: Store;
  /** How the vendors' operations fare; the clients report to the same one. */
  health: Health;
  settings: Settings;
  /** Of the service, and of no other; absent: not known, and never another. */
  version?: string;
  schema: Schema;
}
