// Is a ticket about a plan? Then approving it sends nothing: it lets later requests go, step by step.

import type { Ticket } from './ticket.ts';

/** The plan's id, or null. A plan stands for itself where other tickets name an exchange; no exchange has such an id. */
export function planOf({ exchange }: Pick<Ticket, 'exchange'>): string | null {
  return /^p_[a-z2-7]{26}$/.test(exchange) ? exchange : null;
}
