// Counts failed tokens by source, so that a loop of guesses costs one cheap answer each and fills no log.

export interface FailureThrottle {
  /** Counts a failure. True: this source has failed too often lately. */
  failed(source: string): boolean;
}

interface ThrottleOptions {
  readonly perMinute: number;
  readonly nowMs?: () => number;
}

const WINDOW_MS = 60_000;
const MAX_SOURCES = 1_000;

/**
 * Only failures are slowed. A valid token always passes: else an agent on the approver's machine could lock the approver out, and
 * guessing 256 random bits needs no brake.
 */
export function createFailureThrottle({ perMinute, nowMs = Date.now }: ThrottleOptions): FailureThrottle {
  const windows = new Map<string, { startMs: number; count: number }>();
  return {
    failed(source) {
      const now = nowMs();
      let window = windows.get(source);
      if (window === undefined || now - window.startMs >= WINDOW_MS) {
        windows.delete(source);
        window = { startMs: now, count: 0 };
        windows.set(source, window);
        // Oldest first: a map keeps the order of insertion.
        for (const [oldest] of windows) {
          if (windows.size <= MAX_SOURCES) break;
          windows.delete(oldest);
        }
      }
      window.count += 1;
      return window.count > perMinute;
    },
  };
}
