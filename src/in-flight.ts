// The exchanges under way: a graceful stop waits for them, bounded.

interface InFlight {
  add(work: Promise<void>): void;
  /** Resolves when nothing is under way any more, or when `graceMs` have passed. */
  settled(graceMs: number): Promise<void>;
  readonly count: number;
}

export function createInFlight(): InFlight {
  let count = 0;
  let whenIdle: (() => void) | null = null;
  const done = (): void => {
    count -= 1;
    if (count === 0) whenIdle?.();
  };
  return {
    add(work) {
      count += 1;
      work.then(done, done);
    },
    settled(graceMs) {
      if (count === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        whenIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    get count() {
      return count;
    },
  };
}
