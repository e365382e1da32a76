// After a repair that could not save everything, what was approved before may have been used, denied or taken back without a trace: it ends.

import type { Book } from './book.ts';
import { withdrawTicket } from './revoking.ts';
import { endStanding } from './standing-uses.ts';
import { isOpen } from './ticket-states.ts';

const WHY = 'the ledger was damaged and repaired: nobody knows whether it was used or ended since';

/**
 * INVARIANT: no grant, no standing grant and no open ticket of before the repair lets anything out (threat D7). Each ends on record; a crash in
 * between leaves the rest for the next start. `until`: see doubtedUntil. Throws RECORD_FAILED.
 */
export async function endDoubted(book: Book, until: number | null): Promise<void> {
  if (until === null) return;
  for (const { id, createdAt } of [...book.store.tickets.values()].filter(isOpen))
    if (!(Date.parse(createdAt) > until)) await withdrawTicket(book, id, WHY, null, 'clock');
  for (const grant of [...book.store.standing.values()])
    if (!(Date.parse(grant.createdAt) > until))
      await endStanding(book, grant, { move: 'voided', by: null, channel: 'clock', note: WHY });
}
