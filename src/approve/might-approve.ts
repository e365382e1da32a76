// Were those who signed people who might have approved this other request themselves? What they gave lets out no more than that.

import { signers } from './requirements.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { UserRecord } from '../identify/directory.ts';
import type { Book } from './book.ts';
import type { Approval, Ticket } from './ticket.ts';
import type { ParkRequest } from './tickets.ts';

/**
 * `ticket`: what they signed. INVARIANT: what Cedar says of an approver may hang on what is asked for, so it is asked about the request that goes and
 * not only about the one that was shown: a small limit is not widened by a grant or by a model's call.
 */
export function mightApprove({ approvers }: Book, ticket: Ticket, request: Omit<ParkRequest, 'offers'>): boolean {
  const { actions, host, method, path, reason, waits } = request;
  const asIfAsked: Ticket = { ...ticket, actions, host, method, path, reason, waits };
  const might = (name: Approval['user'], wait: WaitRequirement): boolean => {
    const user = userOf(approvers, name);
    return user !== null && approvers.satisfiable(user, asIfAsked, [wait]).length > 0;
  };
  return waits.every(
    (wait) => signers(ticket, wait, approvers.standing).filter((name) => might(name, wait)).length >= wait.quorum,
  );
}

function userOf(approvers: Book['approvers'], name: Approval['user']): UserRecord | null {
  try {
    return approvers.identify({ user: name });
  } catch {
    return null;
  }
}
