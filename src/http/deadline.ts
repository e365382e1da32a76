// A time limit that runs only while something is under way.

export interface Deadline {
  /** Starts the clock when it does not run yet, or stops it. */
  running(on: boolean): void;
}

/** `late` is called once `ms` after the clock was started and not stopped since. Keeps no process alive. */
export function createDeadline(ms: number, late: () => void): Deadline {
  let timer: NodeJS.Timeout | null = null;
  return {
    running(on) {
      if (on) timer ??= setTimeout(late, ms).unref();
      else if (timer !== null) {
        clearTimeout(timer);
        timer = null;
      }
    },
  };
}
