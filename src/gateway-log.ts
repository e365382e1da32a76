// The gateway's log: lines of JSON on standard error.

import pino, { type Logger } from 'pino';
import type { Config } from './config/config.ts';

export function createLog(config: Config): Logger {
  // Secrets are never handed to the log, so nothing has to be redacted here (dependencies: redaction doubles a line's cost).
  return pino(
    { level: config.log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
