// Who may decide a ticket: an active user whom Cedar, knowing the approver groups, lets; and never the one who asked.

import { InterlockError } from '../errors.ts';
import type { Judge } from '../decide/judge.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { Directory, UserRecord } from '../identify/directory.ts';
import type { Decider, Ticket } from './ticket.ts';

export interface Approvers {
  /** The user that decides. Throws APPROVER_REFUSED for anything but an active user, an agent's token too (threat D1). */
  identify(by: Decider): UserRecord;
  /** Of these requirements, those that this user may satisfy. Empty: may not decide. */
  satisfiable(user: UserRecord, ticket: Ticket, waits: readonly WaitRequirement[]): readonly WaitRequirement[];
  /** May this user decide the ticket at all, for at least one of its requirements? */
  mayDecide(user: UserRecord, ticket: Ticket): boolean;
  /** Is this name an active user still? */
  standing(name: string): boolean;
}

export function createApprovers(directory: Directory, judge: Pick<Judge, 'mayApprove'>): Approvers {
  const satisfiable: Approvers['satisfiable'] = (user, ticket, waits) => {
    // INVARIANT: who asked never signs off, whatever the policies say (threat D1).
    if (ticket.user === user.name) return [];
    return waits.filter((wait) => mayApprove(judge, user, ticket, wait));
  };
  return {
    identify(by) {
      const user = 'token' in by ? directory.authenticateUser(by.token) : (directory.user(by.user) ?? null);
      if (user?.state === 'active') return user;
      if ('user' in by) throw new InterlockError('APPROVER_REFUSED', `${by.user} is not an active user`);
      throw new InterlockError(
        'APPROVER_REFUSED',
        "the token is not an approver's: use the one that `interlock users add NAME` printed",
      );
    },
    satisfiable,
    mayDecide: (user, ticket) => satisfiable(user, ticket, ticket.waits).length > 0,
    standing: (name) => directory.user(name)?.state === 'active',
  };
}

/**
 * Membership is the judge's question, who knows the groups of the directory and those of the bundle, one below another.
 * INVARIANT: a judge that throws has said no, and a WAIT policy that names no group is satisfied by nobody.
 */
function mayApprove(judge: Pick<Judge, 'mayApprove'>, user: UserRecord, ticket: Ticket, wait: WaitRequirement): boolean {
  if (wait.approvers.length === 0) return false;
  try {
    return judge.mayApprove(user, ticket, wait.approvers);
  } catch {
    return false;
  }
}
