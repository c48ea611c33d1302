import type { Store } from './store';

/** Parts of the store that are collections. */
export type StorePart = Exclude<keyof Store, 'db' | 'fingerprinter' | 'close'>;
type Methods<T> = { [K in keyof T]: T[K] extends (...given: never[]) => unknown ? K : never }[keyof T];
export type StoreCall = 'read' | 'write';

/** One collection of requests, or another. `open` replaces what is damaged: done twice, that does no harm. */
const REQUESTS: Record<Methods<Store['requests']>, StoreCall> = {
  add: 'write',
  open: 'read',
  move: 'write',
  close: 'write',
  latest: 'read',
  get: 'read',
  states: 'read',
  applied: 'write',
};

/**
 * What each call of the store does to what is remembered. The suites of crashes and interleavings stop work before each
 * call that writes, so a new method has to say here which it is; the suites of deaths hold the list against what the calls do (test/deaths).
 */
export const STORE_CALLS: { [P in StorePart]: Record<Methods<Store[P]>, StoreCall> } = {
  // Those that read replace what is damaged: done twice, that does no harm.
  asides: {
    get: 'read',
    due: 'read',
    join: 'write',
    put: 'write',
    remove: 'write',
    counts: 'read',
    alike: 'read',
    outages: 'read',
    begin: 'write',
    probes: 'write',
    end: 'write',
    of: 'read',
    parkedFor: 'read',
  },
  bindings: { pin: 'write', get: 'read', set: 'write' },
  checkpoints: { get: 'read', pin: 'write', move: 'write' },
  conflicts: {
    add: 'write',
    outdate: 'write',
    withdraw: 'write',
    get: 'read',
    all: 'read',
    of: 'read',
    decide: 'write',
    waiting: 'read',
    close: 'write',
    count: 'read',
  },
  deletions: { recent: 'read', add: 'write', stopped: 'read', stop: 'write', release: 'write' },
  failures: {
    add: 'write',
    mend: 'write',
    openEntities: 'read',
    between: 'read',
    of: 'read',
    forget: 'write',
  },
  fieldMaps: { digest: 'read', offer: 'write' },
  fields: { get: 'read', all: 'read', steps: 'read', put: 'write' },
  inbox: {
    add: 'write',
    take: 'read',
    stamp: 'write',
    remove: 'write',
    background: 'read',
    all: 'read',
    pending: 'read',
    damaged: 'read',
    putAside: 'write',
  },
  journal: {
    open: 'write',
    close: 'write',
    answered: 'write',
    byRow: 'write',
    lookedInto: 'write',
    unanswered: 'read',
    unansweredAbout: 'read',
    forget: 'write',
  },
  links: {
    get: 'read',
    marketoIds: 'read',
    linked: 'read',
    put: 'write',
    forgetTeams: 'write',
    idsOfRecord: 'read',
    unmake: 'write',
    all: 'read',
  },
  parked: {
    settle: 'write',
    retract: 'write',
    forget: 'write',
    counts: 'read',
    all: 'read',
    ofEntity: 'read',
    of: 'read',
  },
  people: { get: 'read', claim: 'write', claimOne: 'write', release: 'write', transfer: 'write' },
  progress: { begin: 'write', add: 'write', finish: 'write', get: 'read', rows: 'read', all: 'read' },
  pushes: { get: 'read', note: 'write', all: 'read' },
  pushRequests: REQUESTS,
  reconciliation: { get: 'read', all: 'read', move: 'write', note: 'write' },
  requests: REQUESTS,
  roles: {
    get: 'read',
    ofContacts: 'read',
    put: 'write',
    opportunitiesOf: 'read',
    remember: 'write',
    connections: 'read',
    forget: 'write',
  },
  staging: {
    put: 'write',
    get: 'read',
    take: 'write',
    only: 'write',
    drop: 'write',
    chunks: 'read',
    left: 'read',
    remove: 'write',
    units: 'read',
    sweep: 'write',
  },
  synced: { add: 'write', lastHour: 'read', recent: 'read', forget: 'write' },
  traces: { get: 'read', add: 'write', forget: 'write' },
  unowned: { add: 'write', of: 'read', remove: 'write', forget: 'write' },
  // Those that read split what version 0.1 stored: done twice, that does no harm.
  waiting: {
    add: 'write',
    targetsOf: 'read',
    waitersOf: 'read',
    of: 'read',
    all: 'read',
    remove: 'write',
    end: 'write',
  },
  writers: { take: 'write', holds: 'read' },
};
