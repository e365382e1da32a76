// The two questions that the house asks of Cedar, and who a person is elsewhere.

import type { Action } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { Ticket } from '../approve/ticket.ts';
import type { UserRecord } from '../identify/directory.ts';
import type { Judgement } from './judgement.ts';
import type { People } from './people.ts';

export interface Judge extends People {
  /** Never throws: whatever goes wrong is a BLOCK with its error (fail closed). */
  judge(principal: Principal, actions: readonly Action[]): Judgement;
  /**
   * May this tunnel pass unopened? Only when `tunnel.open` is permitted by a policy that itself reads `context.protocol`:
   * a blanket permit must not switch inspection off.
   */
  mayPassUnopened(principal: Principal, action: Action): boolean;
  /** May this user decide this ticket for this WAIT policy (`Action::"ticket.approve"` on `Ticket`)? */
  mayApprove(user: UserRecord, ticket: Ticket, approverGroups: readonly string[]): boolean;
  readonly bundle: string;
}
