/** Texts of the codes the simulator answers with (marketo-api §2.2, §2.3). */
const MESSAGES: Record<string, string> = {
  '500': 'Internal Server error',
  '502': 'Bad Gateway',
  '601': 'Access token invalid',
  '602': 'Access token expired',
  '603': 'Access denied',
  '604': 'Request time-out',
  '606': "Max rate limit '100' exceeded with in '20' secs",
  '607': 'Daily quota reached',
  '608': 'API Temporarily Unavailable',
  '609': 'Invalid JSON',
  '610': 'Requested resource not found',
  '611': 'System error',
  '612': 'Invalid Content Type',
  '614': 'Invalid Subscription',
  '615': 'Concurrent access limit reached',
  '616': 'Invalid subscription type',
  '702': 'No data found',
  '713': 'Transient Error',
  '718': 'ExternalSalesPersonID not found',
  '719': 'Lock wait timeout exception',
  '1004': 'Lead not found',
  '1005': 'Lead already exists',
  '1007': 'Multiple lead match lookup criteria',
  '1013': 'Record not found',
  '1015': 'Lead not in list',
  '1017': 'Object already exists',
  '1018': 'CRM enabled',
  '1021': 'Company update not allowed during syncLead',
  '1022': 'Object in use',
  '1036': 'Duplicate object found in input',
};

/** Codes that are not counted against the daily quota (marketo-api §0.2, §2.2 `*`). */
export const UNCOUNTED_CODES: ReadonlySet<string> = new Set(['601', '602', '604', '605', '608', '611']);

export interface Reason {
  code: string;
  message: string;
}

/** One reason, with the vendor's text for the code unless another is given. */
export function reason(code: string, message?: string): Reason {
  return { code, message: message ?? MESSAGES[code] ?? 'Error' };
}

/** `Invalid value for field …` as recorded (marketo-api §2.3). */
export function invalidValue(field: string, value: unknown): Reason {
  return reason('1003', `Invalid value for field '${field}' and value '${shown(value)}'`);
}

function shown(value: unknown): string {
  const text = value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

/** Ends a call with `success: false`. */
export class MarketoFault extends Error {
  readonly code: string;
  constructor(code: string, message?: string) {
    super(reason(code, message).message);
    this.code = code;
  }
}
