const FIRST = ['Ada', 'Boris', 'Chidi', 'Dana', 'Emeka', 'Freya', 'Goran', 'Hana', 'Ines', 'Jonas', 'Kofi', 'Lena'];
const LAST = ['Abara', 'Bergman', 'Costa', 'Duarte', 'Engel', 'Fischer', 'Greene', 'Haddad', 'Ito', 'Jansen', 'Kim'];
const CITIES = ['Aarhus', 'Bilbao', 'Cork', 'Dakar', 'Essen', 'Faro', 'Graz', 'Hanoi', 'Izmir', 'Jena'];
const JOBS = ['Buyer', 'Engineer', 'Head of marketing', 'Director of operations', 'Consultant', 'Analyst'];

/** The custom field by which people are found. */
export const KEY_FIELD = 'microsoftId';

/** A person as the service writes it, with the 20 or so fields that a lead of a sample has; the same for the same number. */
export function person(at: number): Record<string, unknown> {
  const first = FIRST[at % FIRST.length]!;
  const last = LAST[at % LAST.length]!;
  const city = CITIES[(at * 7) % CITIES.length]!;
  return {
    [KEY_FIELD]: guid(at),
    microsoftType: 'Lead',
    microsoftCreatedDate: new Date(1_650_000_000_000 + at * 61_000).toISOString(),
    firstName: first,
    lastName: last,
    email: `${first}.${last}.${at}@company${at % 997}.example.com`.toLowerCase(),
    title: JOBS[(at * 3) % JOBS.length]!,
    phone: `+1 ${200 + (at % 700)} 555 ${1000 + ((at * 31) % 9000)}`,
    address: `${1 + ((at * 13) % 9000)} Long Street`,
    city,
    postalCode: String(10_000 + ((at * 17) % 89_000)),
    country: 'United States',
    company: `Company ${at % 997}`,
    industry: 'Manufacturing',
    numberOfEmployees: (at * 11) % 5000,
    annualRevenue: ((at * 19) % 100_000) * 1000,
    leadSource: 'Trade show',
    leadStatus: 'Open',
    rating: 'Warm',
    unsubscribed: at % 10 === 0,
    doNotCall: at % 20 === 0,
  };
}

function guid(at: number): string {
  const mixed = Math.imul(at + 1, 0x9e3779b1) >>> 0;
  const hex = (value: number, length: number): string => value.toString(16).padStart(length, '0').slice(-length);
  return `${hex(mixed, 8)}-${hex(at >>> 16, 4)}-4${hex(at, 3)}-8${hex(mixed >>> 5, 3)}-${hex(at, 12)}`;
}
