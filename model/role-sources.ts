/** Where an opportunity's contacts come from (native-sync §2.7; DESIGN §5). Each source's contribution is remembered, and which version said so. */
export interface RoleSources {
  /** `customerid` when it holds a contact. */
  customer?: string | null;
  /** `parentcontactid`: the built-in connector drops it where there is an account too; a setting, on by default. */
  parentContact?: string | null;
  /** The opportunity's row version that the two come from; absent: older than any. */
  version?: number;
  /** Connections to contacts (stakeholders), by id. */
  connections: Record<string, Stakeholder>;
  /**
   * Connections that make no role any more, and the opportunity itself where its roles were removed with it: by id, the latest last. What
   * a page says of them may be older than that: it counts once a read has confirmed it.
   */
  gone?: string[];
}

export interface Stakeholder {
  contact: string;
  role: string;
  /** The connection's row version; absent: older than any. */
  version?: number;
  /** Gone from Dynamics, and its role stays: the policy or an operator said so. */
  kept?: true;
}

export interface OwnColumns {
  customer: string | null;
  parentContact: string | null;
}

/** As many as are remembered of an opportunity; what an older page brings back of others is found by the next reconciliation. */
const GONE_LIMIT = 100;

export const isGone = ({ gone = [] }: RoleSources, id: string): boolean => gone.includes(id);

/** The opportunity's own columns at a version of its row; an older one changes nothing. @param id the opportunity's */
export function learnOwn(sources: RoleSources, id: string, version: number, columns: OwnColumns): void {
  if (version < (sources.version ?? 0)) return;
  Object.assign(sources, columns, { version });
  comeBack(sources, id);
}

/** A connection that makes a role, at a version of its row; an older one changes nothing. */
export function learnConnection(
  sources: RoleSources,
  id: string,
  version: number,
  makes: Pick<Stakeholder, 'contact' | 'role'>,
): void {
  if (version < (sources.connections[id]?.version ?? 0)) return;
  sources.connections[id] = { ...makes, version };
  comeBack(sources, id);
}

/**
 * A connection that makes no role: it was deleted, deactivated, or leads elsewhere.
 *
 * @param version of the row that says so; absent: a read has found no row
 */
export function forgetConnection(sources: RoleSources, id: string, version = Number.POSITIVE_INFINITY): void {
  if (version < (sources.connections[id]?.version ?? 0)) return;
  delete sources.connections[id];
  goAway(sources, [id]);
}

/** A connection is gone from Dynamics, and its role stays in Marketo. */
export function keepConnection(sources: RoleSources, id: string): void {
  const known = sources.connections[id];
  if (known) known.kept = true;
}

/** The opportunity is gone from Dynamics, and its roles with it. */
export function forgetAll(sources: RoleSources, id: string): void {
  goAway(sources, [...Object.keys(sources.connections), id]);
  Object.assign(sources, { customer: null, parentContact: null, connections: {} });
}

function goAway(sources: RoleSources, ids: readonly string[]): void {
  const others = (sources.gone ?? []).filter((other) => !ids.includes(other));
  sources.gone = [...others, ...ids].slice(-GONE_LIMIT);
}

function comeBack(sources: RoleSources, id: string): void {
  if (!sources.gone?.includes(id)) return;
  sources.gone = sources.gone.filter((other) => other !== id);
}
