/** What node-marketo-rest answers with, loosely: the envelope, and how to get the next page. */
export interface Answered {
  success: boolean;
  requestId: string;
  // biome-ignore lint/suspicious/noExplicitAny: a client without types; tests look at what they name
  result?: any;
  nextPageToken?: string;
  moreResult?: boolean;
  nextPage?(): Promise<Answered>;
}

type Method = (...values: unknown[]) => Promise<Answered>;
type Methods<Name extends string> = Record<Name, Method>;

/** The parts of the client that speak of leads, activities, lists, extracts and statistics. */
export interface NodeMarketo {
  getOAuthToken(): Promise<{ access_token: string; expires_in: number }>;
  lead: Methods<
    | 'byId'
    | 'find'
    | 'createOrUpdate'
    | 'push'
    | 'associateLead'
    | 'describe'
    | 'partitions'
    | 'mergeLead'
    | 'getPageToken'
    | 'getActivities'
    | 'getActivitiesForList'
    | 'getChanges'
  >;
  activities: Methods<'getActivityTypes'>;
  list: Methods<
    'find' | 'byId' | 'addLeadsToList' | 'removeLeadsFromList' | 'addEmailsToList' | 'getLeads' | 'isMember'
  >;
  stats: Methods<'usage' | 'usageLast7Days' | 'errors' | 'errorsLast7Days'>;
  bulkLeadExtract: Extracts;
  bulkActivityExtract: Extracts;
  streamify(object: string, method: string, values: unknown[]): AsyncIterable<Record<string, unknown>>;
}

type Extracts = Methods<'create' | 'enqueue' | 'status' | 'statusTilCompleted' | 'cancel' | 'get'> & {
  file(exportId: unknown): Promise<string>;
};

/** The client as its package has it, turned to a simulated instance. */
export function nodeMarketo(url: string, credentials: { clientId: string; clientSecret: string }): NodeMarketo {
  const Marketo = require('node-marketo-rest') as new (options: object) => NodeMarketo;
  const retry = { maxRetries: 3, initialDelay: 10, maxDelay: 20 };
  return new Marketo({ endpoint: `${url}/rest`, identity: `${url}/identity`, ...credentials, retry });
}
