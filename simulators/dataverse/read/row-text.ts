import type { Context } from '../context';
import type { Expansion } from '../odata/expand';
import { compileProjection, type Project } from '../odata/project';
import type { Table } from '../types';
import { compileExpansion } from './expand';
import { nameOf } from './names';

/** Writes rows as JSON with what $select and $expand ask for; `depth` counts the $expands around. */
export function rowText(
  context: Context,
  table: Table,
  options: { select?: readonly string[]; expand?: readonly Expansion[] },
  depth = 0,
): Project {
  const project = compileProjection(table, options.select, context.prefer.annotations, nameOf(context.database));
  if (!options.expand || options.expand.length === 0) return project;
  const parts = options.expand.map((expansion) => compileExpansion(context, table, expansion, depth));
  return (row) => `${project(row).slice(0, -1)}${parts.map((part) => part(row)).join('')}}`;
}
