// Waits until something is so.

import { waitFor } from '../support/wait-for.ts';

/** Throws after `timeoutMs`. */
export async function until(holds: () => boolean, timeoutMs = 60_000): Promise<void> {
  await waitFor(() => (holds() ? true : undefined), timeoutMs);
}
