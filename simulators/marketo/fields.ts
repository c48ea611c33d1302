export type DataType =
  | 'string'
  | 'text'
  | 'email'
  | 'phone'
  | 'url'
  | 'reference'
  | 'integer'
  | 'percent'
  | 'score'
  | 'float'
  | 'currency'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'link';

export type Value = string | number | boolean | null;
export type Values = Record<string, Value>;

/** One field of a lead or of another object. */
export interface Field {
  id: number;
  name: string;
  displayName: string;
  dataType: DataType;
  length?: number;
  readOnly: boolean;
  /** Belongs to the company record and is inherited by its leads. */
  company: boolean;
  custom: boolean;
  apiCreated: boolean;
  hidden: boolean;
  htmlEncoding: boolean;
  sensitive: boolean;
  description: string | null;
  /** False = listed by describe without a `rest` part (marketo-api §4.1). */
  rest: boolean;
}

const DEFAULT_LENGTH: Partial<Record<DataType, number>> = {
  string: 255,
  email: 255,
  phone: 255,
  url: 255,
  reference: 255,
  text: 30_000,
};

/** A field with the defaults of its data type. */
export function field(id: number, name: string, dataType: DataType, more: Partial<Field> = {}): Field {
  const length = more.length ?? DEFAULT_LENGTH[dataType];
  return {
    id,
    name,
    displayName: more.displayName ?? displayName(name),
    dataType,
    readOnly: false,
    company: false,
    custom: false,
    apiCreated: false,
    hidden: false,
    htmlEncoding: true,
    sensitive: false,
    description: null,
    rest: true,
    ...more,
    ...(length !== undefined && { length }),
  };
}

function displayName(name: string): string {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
