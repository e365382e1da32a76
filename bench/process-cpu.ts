// CPU time and memory of a process and its descendants, from /proc (Linux only).

import { readFileSync } from 'node:fs';

/** USER_HZ is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time of the process and its living descendants, in microseconds. */
export function cpuMicros(pid: number): number {
  let ticks = 0;
  for (const one of family(pid)) ticks += statTicks(one);
  return (ticks / TICKS_PER_SECOND) * 1_000_000;
}

/** Resident memory of the process and its descendants, in bytes. */
export function residentBytes(pid: number): number {
  let kibibytes = 0;
  for (const one of family(pid)) {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${one}/status`));
    kibibytes += Number(match?.[1] ?? 0);
  }
  return kibibytes * 1024;
}

function family(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .map(Number)
    .filter((child) => child > 0);
  return [pid, ...children.flatMap((child) => family(child))];
}

function statTicks(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // The command name may hold spaces: count fields after its closing bracket. utime is field 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // The process went away between the two looks.
    return '';
  }
}
