// Waits until something that another process does has been seen.

import { setTimeout as delay } from 'node:timers/promises';

/** Looks again until `look` gives something. Throws after `timeoutMs`: a wait that never ends hides its reason. */
export async function waitFor<T>(look: () => Promise<T | undefined> | T | undefined, timeoutMs = 60_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline)
      throw new Error(`what was waited for did not come within ${timeoutMs} ms: ${look.toString().slice(0, 200)}`);
    await delay(50);
  }
}
