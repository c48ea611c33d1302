import type { Control } from '../control';
import type { Kind } from '../expected/line';
import type { DataverseReader, Row } from '../readers/dataverse';
import type { MarketoReader, MarketoValue } from '../readers/marketo';

/** Edits that change how many rows there are. */
export const NEW_RECORD = 'a new record';
export const DELETE = 'a delete';

export interface Tools {
  dataverse: DataverseReader;
  marketo: MarketoReader;
  control: Control;
}

/** An edit on one side, and what has to show on the other. */
export interface Edit {
  /** Where it is made. */
  side: 'dynamics' | 'marketo';
  entity: string;
  /** The field as the side calls it where it is made. */
  field: string;
  what: string;
  /** Makes it; gives the row's id. */
  make(): Promise<string>;
  /** What to look at on the other side. */
  arrives: { object: string; key: string; field: string; kind: Kind; value: MarketoValue };
}

/** An edit that has been made. */
export interface Made extends Edit {
  id: string;
  at: number;
  seconds?: number;
}

/** Where a change of Dynamics shows. */
export const ON_MARKETO = {
  lead: { object: 'leads', key: 'microsoftId' },
  contact: { object: 'leads', key: 'microsoftId' },
  account: { object: 'companies', key: 'externalCompanyId' },
  opportunity: { object: 'opportunities', key: 'externalOpportunityId' },
  new_orderline: { object: 'customobjects/microsoftOrderLine', key: 'microsoftId' },
} as const;

export type Edited = keyof typeof ON_MARKETO;

/** A user of Dynamics changes one row. */
export function inDynamics(
  { control }: Tools,
  entity: Edited,
  row: Row,
  what: string,
  values: Row,
  shows: { field: string; kind: Kind; value: MarketoValue },
): Edit {
  const id = String(row[`${entity}id`]).toLowerCase();
  return {
    side: 'dynamics',
    entity,
    field: Object.keys(values)[0]?.replace(/^_(.*)_value$/, '$1') ?? '',
    what,
    make: () => control.editDynamics({ op: 'update', table: entity, id, values }),
    arrives: { ...ON_MARKETO[entity], ...shows },
  };
}

/** A form in Marketo changes one person. */
export function inMarketo(
  { control, marketo }: Tools,
  entity: 'lead' | 'contact',
  row: Row,
  what: string,
  values: Record<string, MarketoValue>,
  shows: { field: string; kind: Kind; value: MarketoValue },
): Edit {
  const id = String(row[`${entity}id`]).toLowerCase();
  return {
    side: 'marketo',
    entity,
    field: Object.keys(values)[0] ?? '',
    what,
    make: async () => {
      const [person] = await marketo.find('leads', 'microsoftId', [id], ['id']);
      if (!person) throw new Error(`${entity} ${id} is not in Marketo: the edit "${what}" can't be made`);
      await control.editMarketo({ op: 'update', id: Number(person.id), values });
      return id;
    },
    arrives: { object: entity, key: `${entity}id`, ...shows },
  };
}
