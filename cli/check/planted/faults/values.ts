import { change, type PlantedFault } from '../fault';

const DECIDE = 'model/decide-field.ts';
const ELIGIBILITY = 'model/eligibility.ts';

/** Merge, filter and conversion: which value holds. */
export const VALUE_FAULTS: readonly PlantedFault[] = [
  {
    name: 'the echo guard is off: equal values are written again',
    changes: [
      change(DECIDE, 'if (dynamics === marketo) return', 'if (false) return'),
      change('model/merge.ts', 'if (dynamics === marketo) return agreed', 'if (false) return agreed'),
      change(
        'model/merge.ts',
        'if (moved && !moved.dynamics && !moved.marketo && !isAlteredMark(field.mark))',
        'if (false)',
      ),
      change(DECIDE, "held === 'altered' ? 'altered' : 'to-dynamics'", "'to-dynamics'"),
    ],
    scenario: 'edits each way, and the feed tells of our own',
    expect: ['echoed'],
  },
  {
    name: 'consent is loosened where both sides differ',
    changes: [change(DECIDE, "(rule.consent ? 'most-restrictive' : winner)", 'winner')],
    scenario: 'a person that opted out is adopted',
    expect: ['lost'],
  },
  {
    name: 'a conflict waits for somebody though the rule says who wins',
    changes: [
      change(DECIDE, "(rule.consent ? 'most-restrictive' : winner)", "(rule.consent ? 'most-restrictive' : 'ask')"),
    ],
    scenario: 'both sides edit one field of a person',
    expect: ['lost'],
  },
  {
    name: 'the text false is taken as no value',
    changes: [
      change(
        'model/normalise.ts',
        "kind === 'boolean' ? normalised !== 'true' : normalised === null",
        "normalised === null || normalised === 'false'",
      ),
    ],
    scenario: 'texts say false',
    expect: ['lost', 'different'],
  },
  {
    name: 'an instant is taken for the day that UTC has',
    changes: [
      change('model/convert.ts', 'if (bound.timeZone !== undefined) return dayOfInstant(bound.timeZone, text);', ''),
    ],
    scenario: 'an instant is a day of Berlin’s',
    expect: ['different', 'lost'],
  },
  {
    name: 'composed and decomposed texts are two',
    changes: [change('model/names.ts', "COMBINING.test(text) ? text.normalize('NFC') : text", 'text')],
    scenario: 'Marketo composes a decomposed text',
    expect: ['echoed', 'different', 'lost'],
  },
  {
    name: 'the filter’s empty is taken as no',
    changes: [change(ELIGIBILITY, 'row[FILTER_COLUMN] === false ?', '!row[FILTER_COLUMN] ?')],
    scenario: 'rows are left to the filter’s default',
    expect: ['lost'],
  },
  {
    name: 'a frozen row’s edit is forgotten',
    changes: [
      change(
        'activities/rows.ts',
        "if (link.state === 'deleted' || link.dirty)",
        "if (link.state === 'frozen') return true; if (link.state === 'deleted' || link.dirty)",
      ),
    ],
    scenario: 'a frozen row is edited on both sides, and set free',
    expect: ['lost', 'different'],
  },
  {
    name: 'the filter’s no is not looked at',
    changes: [change(ELIGIBILITY, "=== false ? 'frozen' : 'eligible'", "=== false ? 'eligible' : 'eligible'")],
    scenario: 'a frozen row is edited on both sides, and set free',
    expect: ['different'],
  },
  {
    name: 'a column that may not be read is taken for empty',
    changes: [
      change('activities/told-wrongly.ts', 'if (hidden.length === 0) return;', 'if (hidden.length >= 0) return;'),
    ],
    scenario: 'a column is hidden for a while',
    expect: ['different'],
  },
  {
    name: 'the write-back does not look at the filter',
    changes: [
      change(
        'activities/persons/write-back.ts',
        "eligibility(bound.entity.name, row) !== 'eligible'",
        "eligibility(bound.entity.name, row) === 'nothing'",
      ),
    ],
    scenario: 'a row is frozen, and its person edited before that is known',
    expect: ['different'],
  },
  {
    name: 'options go by their label of another language',
    changes: [
      change(
        'clients/dynamics/table-options.ts',
        'localized.find((item) => item.LanguageCode === language)',
        'localized.find((item) => item.LanguageCode !== language)',
      ),
    ],
    scenario: 'options change, and the organisation has two languages',
    expect: ['different', 'lost'],
  },
  {
    name: 'of a push, columns are left out that Dynamics then fills by itself',
    changes: [change('activities/push/plan.ts', '...insteadOfDefaults(decisions), ', '')],
    scenario: 'a person that holds little is pushed',
    expect: ['different'],
  },
  {
    name: 'a text of exactly the field’s length is parked: >= for >',
    changes: [
      change('model/convert.ts', 'limit !== undefined && size > limit', 'limit !== undefined && size >= limit'),
    ],
    scenario: 'a text is exactly as long as Marketo’s field',
    expect: ['lost'],
  },
];
