// The log's part in making it unmistakable that nothing is enforced.

import type { Logger } from 'pino';
import type { Enforcement } from './config/config.ts';

const UNENFORCED = 'NOTHING IS ENFORCED (enforcement: monitor): every request goes out as it came, whatever its verdict';
const REPEAT_MS = 10 * 60_000;

/** Under `monitor` now, and again as long as it is so. Returns how to stop it. */
export function warnUnenforced(log: Pick<Logger, 'warn'>, enforcement: Enforcement, repeatMs = REPEAT_MS): () => void {
  if (enforcement === 'enforce') return () => undefined;
  log.warn(UNENFORCED);
  const timer = setInterval(() => log.warn(UNENFORCED), repeatMs).unref();
  return () => clearInterval(timer);
}
