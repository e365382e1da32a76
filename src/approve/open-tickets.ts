// How many tickets are open, in all and by agent: looked at for every request that is parked, so never counted anew.

import { isOpen } from './ticket-states.ts';
import type { Ticket } from './ticket.ts';

export interface OpenTickets {
  /** The ticket as it is now. May be told of the same state again. */
  see(ticket: Ticket): void;
  of(agent: string): number;
  total(): number;
}

export function createOpenTickets(): OpenTickets {
  const byAgent = new Map<string, Set<string>>();
  let total = 0;
  return {
    see(ticket) {
      const own = byAgent.get(ticket.agent) ?? new Set();
      total -= own.size;
      if (isOpen(ticket)) own.add(ticket.id);
      else own.delete(ticket.id);
      total += own.size;
      if (own.size === 0) byAgent.delete(ticket.agent);
      else byAgent.set(ticket.agent, own);
    },
    of: (agent) => byAgent.get(agent)?.size ?? 0,
    total: () => total,
  };
}
