import { isEligible, isParked } from '../expected/exceptions';
import { email } from '../expected/line';
import type { DataverseReader, Row } from '../readers/dataverse';

const ADDRESS = email('email', 'emailaddress1');

/** Hands out rows of the organisation to edit, no row twice, so that the demo works with any sample. */
export class Picker {
  private constructor(private readonly left: Map<string, Row[]>) {}

  static async read(reader: DataverseReader): Promise<Picker> {
    const tables: Record<string, string[]> = {
      systemuser: ['applicationid', 'accessmode'],
      account: ['name'],
      lead: [
        'emailaddress1',
        'jobtitle',
        'telephone1',
        'leadqualitycode',
        'new_synctomkto',
        '_originatingleadid_value',
        'statecode',
      ],
      contact: [
        'emailaddress1',
        'jobtitle',
        'donotbulkemail',
        '_ownerid_value',
        '_parentcustomerid_value',
        'new_synctomkto',
        '_originatingleadid_value',
      ],
      opportunity: ['statecode', 'new_synctomkto'],
      new_orderline: ['new_quantity', '_new_contactid_value', 'new_synctomkto'],
    };
    const left = new Map<string, Row[]>();
    for (const [table, columns] of Object.entries(tables)) {
      // The first rows are enough to choose from; a table that this organisation hasn't brings none.
      const rows = await reader.rows(table, columns, '&$top=400').catch(() => []);
      left.set(
        table,
        rows.filter((row) => isEligible(table, row) && !isParked(ADDRESS, row.emailaddress1)),
      );
    }
    return new Picker(left);
  }

  /** The next row that will do; undefined if there is none. */
  take(table: string, suits: (row: Row) => boolean = () => true): Row | undefined {
    const rows = this.left.get(table) ?? [];
    const index = rows.findIndex(suits);
    return index < 0 ? undefined : rows.splice(index, 1)[0];
  }
}
