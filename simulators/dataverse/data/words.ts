export const FIRST_NAMES =
  'Ada Aisha Alan Amara Ana Anil Astrid Bo Carla Chen Dana David Ebba Elena Emil Farid Fatima Grace Hana Hugo Ines Ivan Jan Joana Karl Kofi Lars Leila Lin Luca Maria Mei Nadia Nils Olga Omar Paul Priya Rosa Samir Sofia Tariq Tess Uma Vera Wei Yara Zoe'.split(
    ' ',
  );
export const LAST_NAMES =
  'Abbas Andersson Bauer Becker Bianchi Brown Castro Chen Costa Diaz Dubois Eriksen Fischer Garcia Gupta Haddad Hansen Ito Ivanova Jansen Jones Kaya Khan Kim Kowalski Larsen Lopez Martin Mensah Meyer Moreau Nguyen Novak Okafor Olsen Park Patel Petrov Rossi Santos Sato Schmidt Silva Singh Smith Tanaka Weber Wang Young Zhang'.split(
    ' ',
  );
export const COMPANIES =
  'Alder Works|Birch Supply|Cedar Labs|Delta Freight|Elm Foods|Falcon Optics|Granite Tools|Harbour Lines|Iris Health|Juniper Energy|Kestrel Media|Larch Paper|Maple Bank|North Mills|Onyx Mining|Pine Systems|Quartz Audio|River Textiles|Spruce Homes|Tundra Gear|Umber Paints|Violet Travel|Willow Care|Yarrow Farms|Zenith Motors'.split(
    '|',
  );
export const JOBS =
  'Accountant|Analyst|Buyer|Chief Technology Officer|Consultant|Director|Engineer|Head of Marketing|Manager|Office Manager|Owner|Plant Manager|Sales Representative|Teacher|Technician'.split(
    '|',
  );
export const STREETS =
  'Church Street|Garden Road|High Street|Hill Lane|Lake Avenue|Main Street|Mill Road|Park Avenue|Station Road'.split(
    '|',
  );
export const CITIES: [string, string, string][] = [
  ['Austin', 'TX', 'United States'],
  ['Boston', 'MA', 'United States'],
  ['Denver', 'CO', 'United States'],
  ['Hamburg', 'HH', 'Germany'],
  ['Leeds', 'ENG', 'United Kingdom'],
  ['Lyon', 'ARA', 'France'],
  ['Malmö', 'M', 'Sweden'],
  ['Osaka', 'OS', 'Japan'],
  ['Porto', 'PT', 'Portugal'],
  ['Seattle', 'WA', 'United States'],
  ['Toronto', 'ON', 'Canada'],
  ['Utrecht', 'UT', 'Netherlands'],
];
