import type { Context } from '../context';
import type { Expansion } from '../odata/expand';
import type { Project } from '../odata/project';
import type { Table } from '../types';
import { compileExpansion } from './expand';
import { projectionOf } from './secured';

/** Writes rows as JSON with what $select and $expand ask for; `depth` counts the $expands around. */
export function rowText(
  context: Context,
  table: Table,
  options: { select?: readonly string[]; expand?: readonly Expansion[] },
  depth = 0,
): Project {
  const project = projectionOf(context, table, options.select);
  if (!options.expand || options.expand.length === 0) return project;
  const parts = options.expand.map((expansion) => compileExpansion(context, table, expansion, depth));
  return (row) => `${project(row).slice(0, -1)}${parts.map((part) => part(row)).join('')}}`;
}
