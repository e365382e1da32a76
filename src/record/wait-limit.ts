// Bounds how long anybody waits for the disk: one timer for all who wait, armed only while somebody does.

export interface WaitLimit {
  /** Somebody began to wait. */
  watch(): void;
}

interface WaitLimitOptions {
  readonly maxWaitMs: number;
  /** Since when the oldest one waits, on the clock that never steps; null: nobody does. */
  readonly oldest: () => number | null;
  readonly onOver: () => void;
}

export function waitLimit({ maxWaitMs, oldest, onOver }: WaitLimitOptions): WaitLimit {
  let timer: NodeJS.Timeout | null = null;

  function arm(ms: number): void {
    clearTimeout(timer ?? undefined);
    timer = setTimeout(() => {
      timer = null;
      // After a turn that was long for another reason the timer comes before the disk's answer, which may be there already.
      setImmediate(check);
    }, ms);
    timer.unref();
  }

  function check(): void {
    const since = oldest();
    if (since === null) return;
    // Whoever began to wait since the timer went off has armed another one: too late for who has waited longest.
    const leftMs = since + maxWaitMs - performance.now();
    if (leftMs > 0) arm(leftMs);
    else onOver();
  }

  return {
    watch() {
      if (timer === null) arm(maxWaitMs);
    },
  };
}
