// A ticket as the agent that asked for it sees it: enough to wait or to give up. Who decided is not among it.

import type { Ticket } from './ticket.ts';
import { secondsLeft, withdrawnFor } from './ticket-states.ts';

export function ticketForAgent(ticket: Ticket): object {
  const { id, state, host, method, path, reason, waits, createdAt, expiresAt, grant, denial } = ticket;
  return {
    id,
    state,
    host,
    method,
    path,
    reason,
    denial,
    policies: waits.map((wait) => wait.policy),
    createdAt,
    expiresAt,
    grant,
  };
}

/** Whom it waits for, how long still, and what to do now. */
export function outlook(ticket: Ticket): object {
  const approvers = [...new Set(ticket.waits.flatMap((wait) => wait.approvers))];
  return { approvers, secondsLeft: secondsLeft(ticket), next: withdrawnFor(ticket) === null ? NEXT[ticket.state] : WITHDRAWN };
}

const WITHDRAWN = 'It was withdrawn: nobody can approve it any more. Repeating the request asks again.';

const NEXT: Readonly<Record<Ticket['state'], string>> = {
  pending: 'Wait: ask here again with ?waitSeconds=30. Repeating the request meanwhile joins this ticket and changes nothing.',
  approved: 'Repeat the same request now: it is let through once.',
  denied: 'Do not repeat it: a person said no. Tell whom you work for.',
  expired: 'Nobody decided in time, or the approval was not used. Repeating the request asks again.',
  spent: 'It was sent. Repeating the request asks again.',
};
