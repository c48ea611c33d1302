import type { Instance } from '../instance';
import { notFound, RawAnswer } from '../raw';
import { writeRow } from './csv';
import type { ImportJob, RowNote } from './import-job';

/**
 * `failures.json`, `warnings.json`: the rows as they were sent with the reason in a last column, in the job's format
 * (marketo-api §7.1). Where there are none it is HTTP 404; of leads it is undocumented.
 */
export function noteFile(instance: Instance, job: ImportJob, kind: 'Failure' | 'Warning'): RawAnswer {
  const notes = kind === 'Failure' ? job.failures : job.warnings;
  const { leadImportFileWhenNone, importFailureAlignment } = instance.settings;
  if (notes.length === 0) {
    return job.object === 'leads' && leadImportFileWhenNone === 'empty' ? csv('') : notFound();
  }
  const cells = ({ row, note }: RowNote) => [...padded(row, job.header.length, importFailureAlignment), note];
  const lines = [[...job.header, `Import ${kind} Reason`], ...notes.map(cells)];
  return csv(lines.map((line) => `${writeRow(line, job.separator)}\n`).join(''));
}

/** Where the last column is empty, the reason has been seen one column too far to the left (marketo-api §7.1). */
function padded(row: string[], width: number, alignment: 'shifted' | 'aligned'): string[] {
  const full = [...row, ...Array<string>(Math.max(0, width - row.length)).fill('')].slice(0, width);
  return alignment === 'shifted' && full.at(-1) === '' ? full.slice(0, -1) : full;
}

function csv(text: string): RawAnswer {
  return new RawAnswer(200, 'text/csv;charset=UTF-8', text);
}
