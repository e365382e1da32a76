// Tells that nobody reads standard output any more while nothing is written to it: `interlock ledger follow | head`.

import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';

/**
 * Calls once when whoever reads this pipe has gone; gives a function that ends the watch.
 *
 * The kernel tells that to who writes, and Node has no call that asks: it polls a pipe only while bytes wait in it, and a write of nothing
 * succeeds. GNU tail (coreutils 8.28 or newer) asks between two looks at a file that it follows, and ends by SIGPIPE. Where there is none,
 * the next line that is written tells it.
 * INVARIANT: no other end of it counts: there may be no `tail`, or one that knows other options.
 */
export function watchReader(fd: number, onGone: () => void): () => void {
  if (!fstatSync(fd).isFIFO()) return () => undefined;
  // With this process it ends too, however that ends: it holds the pipe open for who reads.
  const watch = spawn('tail', ['-f', '-s', '0.2', `--pid=${process.pid}`, '/dev/null'], { stdio: ['ignore', fd, 'ignore'] });
  watch.unref();
  watch.on('error', () => undefined);
  watch.on('exit', (_code, signal) => {
    if (signal === 'SIGPIPE') onGone();
  });
  return () => void watch.kill();
}
