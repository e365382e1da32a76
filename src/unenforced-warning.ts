// The log's part in making it unmistakable that nothing is enforced.

import type { Logger } from 'pino';

export const UNENFORCED = 'NOTHING IS ENFORCED (enforcement: monitor): every request goes out as it came, whatever its verdict';
const REPEAT_MS = 10 * 60_000;

/** Now, and again as long as it is so. Returns how to stop it. */
export function warnUnenforced(log: Pick<Logger, 'warn'>, repeatMs = REPEAT_MS): () => void {
  log.warn(UNENFORCED);
  const timer = setInterval(() => log.warn(UNENFORCED), repeatMs).unref();
  return () => clearInterval(timer);
}
