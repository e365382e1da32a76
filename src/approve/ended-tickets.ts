// Tickets that ended, in the order in which they did: the oldest are forgotten, so that memory stays bounded.

import { isOpen, isUnsettled } from './ticket-states.ts';
import type { Ticket } from './ticket.ts';

/** Ended tickets are kept for people to look up; their history stays in the chain for good. */
const SETTLED_KEPT = 1_000;
/** One whose request may have taken effect is kept longer: whoever decides about a repeat is to be told. */
const UNSETTLED_KEPT = 10_000;

export interface EndedTickets {
  /** The ticket as it is now. May be told of the same state again. */
  see(ticket: Ticket): void;
  forget(id: string): void;
  /** Ids of the oldest, so that one more may end; never those of `needed`, which something that is kept still names. */
  beyond(needed: ReadonlySet<string>): string[];
}

export function createEndedTickets(): EndedTickets {
  const settled = new Set<string>();
  const unsettled = new Set<string>();
  return {
    see(ticket) {
      const at = isOpen(ticket) ? null : isUnsettled(ticket) ? unsettled : settled;
      for (const other of [settled, unsettled]) if (other !== at) other.delete(ticket.id);
      at?.add(ticket.id);
    },
    forget(id) {
      settled.delete(id);
      unsettled.delete(id);
    },
    beyond: (needed) => [...oldest(settled, SETTLED_KEPT - 1, needed), ...oldest(unsettled, UNSETTLED_KEPT, needed)],
  };
}

/** A Set keeps the order of insertion. */
function oldest(ids: ReadonlySet<string>, kept: number, needed: ReadonlySet<string>): string[] {
  const found: string[] = [];
  let left = ids.size - kept;
  for (const id of ids) {
    if (left <= 0) break;
    if (needed.has(id)) continue;
    found.push(id);
    left -= 1;
  }
  return found;
}
