// Loaded into a gateway before anything else (`node --import`, with turn-meter.c): what each turn of its event loop costs, told at SIGUSR2.

import { writeFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** A turn of less than this is only counted. ms of CPU. */
const KEPT_MS = 3;

/** `start` and `end` by the process's own clock, ms. */
export interface Turn {
  readonly start: number;
  readonly end: number;
  /** Of the thread, ms. */
  readonly cpu: number;
  /** Pages of memory that it touched first. */
  readonly faults: number;
  /** V8's collections in it: by the clock, ms, and so with what others did meanwhile. */
  readonly gc: number;
}

export interface Turns {
  readonly turns: number;
  readonly long: readonly Turn[];
}

interface Collection {
  readonly start: number;
  readonly ms: number;
}

/** `file` is written whenever it is asked for, and counting begins again. */
function watchTurns(file: string): void {
  const collections: Collection[] = [];
  const raw: Array<Omit<Turn, 'gc'>> = [];
  let turns = 0;
  let start = performance.now();
  let { user, system } = process.threadCpuUsage();
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) collections.push({ start: startTime, ms: duration });
  }).observe({ entryTypes: ['gc'] });
  setInterval(() => {
    const end = performance.now();
    const now = process.threadCpuUsage();
    const cpu = (now.user - user) / 1000;
    turns += 1;
    if (cpu > KEPT_MS) raw.push({ start, end, cpu, faults: now.system - system });
    start = end;
    ({ user, system } = now);
  }, 1).unref();
  process.on('SIGUSR2', () => {
    writeFileSync(file, JSON.stringify({ turns, long: raw.map((turn) => ({ ...turn, gc: within(collections, turn) })) }));
    raw.length = 0;
    collections.length = 0;
    turns = 0;
  });
}

function within(collections: readonly Collection[], { start, end }: Omit<Turn, 'gc'>): number {
  return collections.reduce((sum, one) => (one.start >= start && one.start <= end ? sum + one.ms : sum), 0);
}

const file = process.env['INTERLOCK_BENCH_TURNS'];
if (isMainThread && file !== undefined) watchTurns(file);
