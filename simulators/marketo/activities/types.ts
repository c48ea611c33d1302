interface TypeRow {
  id: number;
  name: string;
  description: string;
  primary?: [name: string, dataType: string];
  attributes: [name: string, dataType: string][];
}

const CHANGE: [string, string][] = [
  ['New Value', 'string'],
  ['Old Value', 'string'],
  ['Reason', 'string'],
  ['Source', 'string'],
  ['API Method Name', 'string'],
  ['Modifying User', 'string'],
  ['Request Id', 'string'],
];

const ROWS: TypeRow[] = [
  {
    id: 12,
    name: 'New Lead',
    description: 'New person is added to the lead database',
    attributes: [
      ['Created Date', 'date'],
      ['Source Type', 'string'],
    ],
  },
  {
    id: 13,
    name: 'Change Data Value',
    description: 'Changed attribute value for a person record',
    primary: ['Attribute Name', 'string'],
    attributes: CHANGE,
  },
  {
    id: 22,
    name: 'Change Score',
    description: 'Modify the value of a score field',
    primary: ['Score Name', 'string'],
    attributes: [['Change Value', 'string'], ...CHANGE],
  },
  {
    id: 32,
    name: 'Merge Leads',
    description: 'Merge two or more persons into one record',
    attributes: [
      ['Master Updated', 'boolean'],
      ['Merge IDs', 'array'],
      ['Merge Source', 'string'],
      ['Merged in Sales', 'boolean'],
      ['Merge Fields', 'string'],
    ],
  },
  {
    id: 37,
    name: 'Delete Lead',
    description: 'Delete a person from the lead database',
    primary: ['Lead Id', 'integer'],
    attributes: [],
  },
];

/** Definitions of the activity types this instance writes, in the form of `types.json` (marketo-api §5.3). */
export function activityTypes() {
  return ROWS.map(({ id, name, description, primary, attributes }) => ({
    id,
    name,
    description,
    ...(primary && { primaryAttribute: { name: primary[0], dataType: primary[1] } }),
    attributes: attributes.map(([attribute, dataType]) => ({ name: attribute, dataType })),
  }));
}
