import { change, type PlantedFault } from '../fault';

const SEND = 'activities/persons/send.ts';
const TASK = 'activities/task.ts';
const RECORD_PATCHED = 'activities/persons/record-patched.ts';
const WRITER = 'activities/writer.ts';

/** Answers, attempts and guards: what was written is what is remembered. */
export const WRITE_FAULTS: readonly PlantedFault[] = [
  {
    name: 'partial success is taken as success',
    changes: [
      change(TASK, "refusalOf: ({ result }) => (result?.status === 'skipped' ?", 'refusalOf: () => (false ?'),
      change(
        TASK,
        "const failureOf = ({ result }: MarketoTask): string | undefined => result?.status === 'skipped' ?",
        'const failureOf = ({ result }: MarketoTask): string | undefined => false ?',
      ),
    ],
    scenario: 'Marketo refuses one person of a batch',
    expect: ['lost', 'different'],
  },
  {
    name: 'what was refused once is kept back for good, whatever becomes of it',
    changes: [
      change(
        'activities/rows.ts',
        "if (link.state === 'deleted' || link.dirty)",
        "if (link.parked.length > 0) return true; if (link.state === 'deleted' || link.dirty)",
      ),
    ],
    scenario: 'a row that Marketo refused is corrected',
    expect: ['lost'],
  },
  {
    name: 'a row that a plug-in refuses is taken as updated',
    changes: [
      change(
        'clients/dynamics/patch.ts',
        'return written.map((one, index) => outcomeOf(one, writes[index]!));',
        "return written.map(() => ({ status: 'updated' }));",
      ),
    ],
    scenario: 'a plug-in in Dynamics refuses an edit of Marketo',
    expect: ['lost', 'different'],
  },
  {
    name: 'a lost answer is taken as success',
    changes: [
      change(
        WRITER,
        'throw error; } }',
        "if (isApiError(error, 'ambiguous')) return rows.map(() => ({ status: 'updated' })); throw error; } }",
      ),
    ],
    scenario: 'an update is lost on its way',
    expect: ['lost', 'different'],
  },
  {
    name: 'a create is tried again after its commit, without a key',
    changes: [
      change(
        SEND,
        "action: action === 'create' ? ('createOnly' as const)",
        "action: action === 'create' ? ('createDuplicate' as const)",
      ),
      change(
        SEND,
        'deps.marketo.syncLeads(request, beforeSend));',
        'deps.marketo.syncLeads(request, beforeSend).catch(() => deps.marketo.syncLeads(request, beforeSend)));',
      ),
    ],
    scenario: 'a create is done and never answered',
    expect: ['duplicated'],
  },
  {
    name: 'batch results are shifted by one',
    changes: [change(TASK, 'const result = results[index];', 'const result = results[(index + 1) % results.length];')],
    scenario: 'three new rows come at once, and one is edited in Marketo',
    expect: ['lost', 'different', 'duplicated'],
  },
  {
    name: 'the writer’s epoch is not looked at before sending',
    changes: [change(WRITER, 'if (await this.deps.store.writers.holds(this.object, this.epoch))', 'if (true)')],
    scenario: 'an attempt that was taken for dead wakes up',
    expect: ['backwards', 'lost'],
  },
  {
    name: 'a PATCH goes without the row’s version',
    changes: [change('clients/dynamics/patch.ts', "version === undefined ? '*' :", "true ? '*' :")],
    scenario: 'a user edits a row while it is written back',
    expect: ['lost'],
  },
  {
    name: 'an edit that a write overtook is not repaired',
    changes: [change('activities/persons/overtaken.ts', "one.verdict === 'overtook' ?", 'false ?')],
    scenario: 'a marketer edits a person while it is written',
    expect: ['lost'],
  },
  {
    name: 'the trace of a write that overtook an edit is taken for an echo',
    changes: [
      change(
        'activities/feeds/marketo.ts',
        "return bound && !(verdict === 'ours' && agreed)",
        "return verdict === 'news'",
      ),
    ],
    scenario: 'a marketer edits a person while it is written',
    expect: ['lost'],
  },
  {
    name: 'an outcome of the same row version is dropped: < for <=',
    changes: [
      change(
        'clients/mongo/links.ts',
        'seenVersion: { $lte: replacement.seenVersion }',
        'seenVersion: { $lt: replacement.seenVersion }',
      ),
    ],
    scenario: 'the delta feed tells everything twice',
    expect: ['echoed'],
  },
  {
    name: 'the write-back stores its row version as applied',
    changes: [
      change(
        RECORD_PATCHED,
        'seenVersion: Math.max(link.seenVersion, version),',
        'appliedVersion: Math.max(link.appliedVersion, version), seenVersion: Math.max(link.seenVersion, version),',
      ),
      // What has still to go the other way.
      change(RECORD_PATCHED, '...(goesOn && { dirty: true }),', ''),
    ],
    scenario: 'both sides edit different fields of one person',
    expect: ['lost', 'different'],
  },
];
