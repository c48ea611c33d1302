import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux that runs Node. */
const TICKS = 100;

/** The most memory that a process has ever had resident, MB; undefined where the system doesn't tell (not Linux). */
export function peakMegabytes(pid: number | undefined): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(pid, 'status'))?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}

/** Seconds of processor time that a process has used, all its threads together; undefined likewise. */
export function cpuSeconds(pid: number | undefined): number | undefined {
  // The second field is the program's name in brackets and may hold blanks; user and system time are the 14th and 15th.
  const fields = read(pid, 'stat').split(') ')[1]?.split(' ');
  return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function read(pid: number | undefined, name: string): string {
  try {
    return pid === undefined ? '' : readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
