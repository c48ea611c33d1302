import type { Instance } from '../instance';

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
    primary: ['Lead Id', 'integer'],
    attributes: [
      ['Created Date', 'date'],
      ['Form Name', 'string'],
      ['Lead Source', 'string'],
      ['List Name', 'string'],
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
    primary: ['Lead Id', 'integer'],
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
    attributes: [['Campaign', 'string']],
  },
  {
    id: 145,
    name: 'Push Lead to Marketo',
    description: 'Person is pushed by a program of others',
    primary: ['Program Name', 'string'],
    attributes: [
      ['Source', 'string'],
      ['Reason', 'string'],
    ],
  },
];

/** Definitions of the activity types of this instance, approved custom ones included (marketo-api §5.3). */
export function activityTypes({ externalTypes }: Instance) {
  const custom = externalTypes.all().flatMap(({ id, approved, deleted }): TypeRow[] => {
    if (!approved || deleted) return [];
    const { name, description, primaryAttribute, attributes } = approved;
    return [
      {
        id,
        name,
        description: description ?? '',
        primary: [primaryAttribute.name, primaryAttribute.dataType],
        attributes: attributes.map((one) => [one.name, one.dataType]),
      },
    ];
  });
  return [...ROWS, ...custom].map(({ id, name, description, primary, attributes }) => ({
    id,
    name,
    description,
    ...(primary && { primaryAttribute: { name: primary[0], dataType: primary[1] } }),
    attributes: attributes.map(([attribute, dataType]) => ({ name: attribute, dataType })),
  }));
}
