// Looks at a process's resident memory while something runs.

import { residentBytes } from '../bench/process-cpu.ts';

export interface MemoryWatch {
  readonly before: number;
  /** Stops looking; gives the highest value seen. */
  stop(): number;
}

export function watchMemory(pid: number): MemoryWatch {
  const before = residentBytes(pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, 100);
  return {
    before,
    stop() {
      clearInterval(timer);
      return Math.max(peak, residentBytes(pid));
    },
  };
}
