import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../local/paths';

/** One line of the table. */
export interface Figure {
  name: string;
  value: number | undefined;
  unit?: string;
  /** Such as `≥ 0.85`; from DESIGN §7 or from the issue that asked for it. */
  goal?: string;
  /** What physics or a rival gives in the same run, such as `floor 3.33`. */
  beside?: string;
  /** How much was run for it. */
  at: string;
}

export interface Report {
  quick: boolean;
  when: string;
  cpus: number;
  seconds: number;
  figures: (Figure & { met?: boolean })[];
  /** What went into the figures, by scenario. */
  details: Record<string, unknown>;
}

/** undefined where there is no goal or no value. */
export function isMet({ value, goal }: Figure): boolean | undefined {
  const parts = /^(≥|≤|=)\s*([\d.]+)/.exec(goal ?? '');
  if (value === undefined || !parts) return undefined;
  const wanted = Number(parts[2]);
  return parts[1] === '≥' ? value >= wanted : parts[1] === '≤' ? value <= wanted : value === wanted;
}

export function table(figures: readonly Figure[]): string {
  const head = ['figure', 'measured', 'goal', '', 'beside it', 'at'];
  const rows = figures.map((figure) => {
    const met = isMet(figure);
    return [
      figure.name,
      figure.value === undefined ? '–' : `${rounded(figure.value)}${figure.unit ? ` ${figure.unit}` : ''}`,
      figure.goal ?? '',
      met === undefined ? '' : met ? 'met' : 'MISSED',
      figure.beside ?? '',
      figure.at,
    ];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

export const rounded = (value: number): string =>
  Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(3)));

/** Writes `.run/bench.json`, or the file of that name; returns its path. */
export function writeReport(
  quick: boolean,
  began: number,
  figures: readonly Figure[],
  details: Report['details'],
  name = 'bench.json',
): string {
  const report: Report = {
    quick,
    when: new Date(began).toISOString(),
    cpus: cpus().length,
    seconds: Math.round((Date.now() - began) / 1000),
    figures: figures.map((figure) => {
      const met = isMet(figure);
      return { ...figure, ...(met === undefined ? {} : { met }) };
    }),
    details,
  };
  const path = join('.run', name);
  mkdirSync(join(packageRoot(), '.run'), { recursive: true });
  writeFileSync(join(packageRoot(), path), `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

/** The value below which that part of them lies. */
export function percentile(values: readonly number[], part: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}
