// A ticket about a plan: approving it sends nothing, it lets later requests go, step by step.

import { plainLine } from './plain-text.ts';
import type { Ticket } from './shapes.ts';

/** The plan's id, or null for a ticket about a request. */
export function planOf({ exchange }: Pick<Ticket, 'exchange'>): string | null {
  return /^p_[a-z2-7]{26}$/.test(exchange) ? exchange : null;
}

/** What Approve gives. */
export const PLAN_WORDS =
  'A plan: nothing is sent when you approve. The agent may then send these steps itself, each as often as it says, in order and within its bounds. It satisfies only what waits: what policy blocks or changes by then stays so.';

export function planEndText(
  { state, deniedBy, denial }: Pick<Ticket, 'state' | 'deniedBy' | 'denial'>,
  by: string,
): string | null {
  switch (state) {
    case 'pending':
      return null;
    case 'approved':
    case 'spent':
      return `Approved by ${by}. The agent takes its steps from now on; an approver may revoke it.`;
    case 'denied':
      return `Denied by ${deniedBy ?? 'an approver'}. The agent was told so, and none of its steps was let go by it.`;
    case 'expired':
      return `${denial === null ? 'Nobody decided in time' : `Withdrawn: ${plainLine(denial)}`}. None of its steps was let go by it.`;
  }
}
