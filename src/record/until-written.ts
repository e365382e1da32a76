// What must get onto the record some time, and what nobody is made to wait for while it can't.

import { setTimeout as sleep } from 'node:timers/promises';
import { toInterlockError } from '../errors.ts';

const RETRY_MS = 1000;

/**
 * Resolves when `work` has ended, or could not be recorded for now: then it is done again beside until it is recorded, or `closing` aborts.
 * Never rejects; any other error ends it. `work` must be safe to be done again.
 */
export async function untilWritten(work: () => Promise<void>, closing: AbortSignal, retryMs = RETRY_MS): Promise<void> {
  if (await isOver(work)) return;
  void (async () => {
    do await sleep(retryMs, undefined, { ref: false, signal: closing });
    while (!(await isOver(work)));
  })().catch(() => undefined);
}

async function isOver(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (thrown) {
    return toInterlockError(thrown).code !== 'RECORD_FAILED';
  }
}
