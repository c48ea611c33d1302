export type Side = 'dynamics' | 'marketo';

/** A committed version, with what the checker needs of it. */
export interface Version {
  seq: number;
  at: number;
  kind: 'create' | 'update' | 'delete';
  /** The service wrote it. */
  ours: boolean;
  /** `seq` of the call; of the version itself where it came by none. */
  received: number;
  call?: number;
  into?: string;
  /** It changed nothing but what the system stamps. */
  empty: boolean;
  /** Mapped fields only: old and new. */
  changes: Record<string, [unknown, unknown]>;
}

/** One value of one field, from `seq` on. */
export interface Moment {
  seq: number;
  at: number;
  value: unknown;
  ours: boolean;
  version: Version;
}

/** Everything that a record has been. */
export class RecordHistory {
  readonly versions: Version[] = [];

  constructor(
    readonly side: Side,
    readonly table: string,
    readonly id: string,
  ) {}

  /** Did it live after everything up to `seq`? */
  alive(seq = Number.POSITIVE_INFINITY): boolean {
    const last = this.last(seq);
    return last !== undefined && last.kind !== 'delete';
  }

  /** The version that was the newest at `seq`. */
  last(seq = Number.POSITIVE_INFINITY): Version | undefined {
    for (let at = this.versions.length - 1; at >= 0; at -= 1) {
      const version = this.versions[at] as Version;
      if (version.seq <= seq) return version;
    }
    return undefined;
  }

  /** Where its present (or last) life began. */
  born(seq = Number.POSITIVE_INFINITY): Version | undefined {
    for (let at = this.versions.length - 1; at >= 0; at -= 1) {
      const version = this.versions[at] as Version;
      if (version.seq <= seq && version.kind === 'create') return version;
    }
    return this.versions[0];
  }

  /** The field's value after everything up to `seq`; of a record that is gone, its last one. */
  value(field: string, seq = Number.POSITIVE_INFINITY): unknown {
    for (let at = this.versions.length - 1; at >= 0; at -= 1) {
      const version = this.versions[at] as Version;
      if (version.seq > seq || version.kind === 'delete') continue;
      const change = version.changes[field];
      if (change) return change[1];
      if (version.kind === 'create') return null;
    }
    return this.versions.find((version) => version.changes[field])?.changes[field]?.[0] ?? null;
  }

  /** Each value that the field had, oldest first: one for each creation, one for each change. */
  moments(field: string): Moment[] {
    const moments: Moment[] = [];
    for (const version of this.versions) {
      const change = version.changes[field];
      if (version.kind === 'delete' || (!change && version.kind !== 'create')) continue;
      if (moments.length === 0 && version.kind === 'update')
        moments.push({ seq: -1, at: 0, value: change?.[0] ?? null, ours: false, version });
      moments.push({ seq: version.seq, at: version.at, value: change?.[1] ?? null, ours: version.ours, version });
    }
    return moments;
  }

  /** `seq` since which the field has held what it held at `seq`. */
  since(field: string, seq: number): number {
    const held = this.moments(field).filter((moment) => moment.seq <= seq);
    let since = held.at(-1);
    for (let at = held.length - 1; at >= 0 && held[at]?.value === since?.value; at -= 1) since = held[at];
    return since?.seq ?? -1;
  }
}

/** By the service: a row of Dynamics that was made of a person (a push). */
export function isMade(record: RecordHistory): boolean {
  const born = record.born();
  return born?.kind === 'create' && born.ours;
}
