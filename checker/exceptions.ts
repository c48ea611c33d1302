import type { Exception } from './evidence';
import type { CheckedLine } from './map';

/** What the service lists as kept back, by row. */
export class Exceptions {
  private readonly byRow = new Map<string, Exception[]>();

  constructor(readonly all: readonly Exception[]) {
    for (const one of all) {
      const key = `${one.entity}:${one.id.toLowerCase()}`;
      this.byRow.set(key, [...(this.byRow.get(key) ?? []), one]);
    }
  }

  /** All that is listed of the row. */
  of(entity: string, id: string): readonly Exception[] {
    return this.byRow.get(`${entity}:${id}`) ?? [];
  }

  /** The whole row is kept back. */
  row(entity: string, id: string): Exception | undefined {
    return this.of(entity, id).find(({ field }) => field === undefined || field === '');
  }

  /** This field is kept back, under either system's name, or the whole row. */
  field(entity: string, id: string, line: Pick<CheckedLine, 'column' | 'field'>): Exception | undefined {
    const names = [line.column, line.field].map((name) => name.toLowerCase());
    return (
      this.of(entity, id).find(({ field }) => field && names.includes(field.toLowerCase())) ?? this.row(entity, id)
    );
  }
}
