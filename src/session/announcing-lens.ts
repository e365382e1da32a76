// Adds to what is judged which call of a model announced it: `context.announcedBy`.

import type { Action, OwnRecord } from '../classify/action.ts';
import { withOwnRecords } from '../decide/own-judge.ts';
import type { Judge } from '../decide/judge.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { PlanLens } from '../plan/lens.ts';
import type { Announcements } from './announcements.ts';

/** The lens of plans, with what was announced. */
export function createAnnouncingLens(plans: PlanLens, announcements: Announcements): PlanLens {
  const told = (judge: Judge, announcedBy: ReturnType<Announcements['of']>): Judge =>
    announcedBy === null ? judge : withOwnRecords(judge, { announcedBy });
  return {
    judgeOf(exchange, principal, proposal) {
      const judge = plans.judgeOf(exchange, principal, proposal);
      if (isOwn(exchange)) return judge;
      const announcedBy =
        exchange.toolCall === true
          ? itself(exchange.request.segments[1] ?? '')
          : announcements.of(principal, proposal.actions, exchange.rehearsal === true ? null : exchange.id);
      return announcedBy === null ? judge : later(judge, (found) => told(found, announcedBy));
    },
    judgeOfAction: (principal, action: Action) =>
      told(plans.judgeOfAction(principal, action), ofAction(principal, action, announcements)),
    take: (exchange, principal, decision, waits) => plans.take(exchange, principal, decision, waits),
    settle: (exchange, fate) => plans.settle(exchange, fate),
    over(exchange, isSent) {
      plans.over(exchange, isSent);
      if (isSent) announcements.spend(exchange);
      else announcements.giveBack(exchange);
    },
  };
}

/** Nobody was announced what Interlock asks for itself. */
function isOwn({ cause, message }: Exchange): boolean {
  return cause !== null && message !== true;
}

/** A call announces what it does: the policy that demands an announcement is not in the way of the announcement. */
function itself(tool: string): OwnRecord {
  return { tool, entry: '', equal: true };
}

/** A question about a call is answered as the call would be. Nothing is sent by it, so it does not matter who says so. */
function ofAction(principal: Principal, action: Action, announcements: Announcements): OwnRecord | null {
  const { method, tool } = action.facts;
  return method === 'CALL' && typeof tool === 'string' ? itself(tool) : announcements.of(principal, [action], null);
}

function later(judge: Judge | Promise<Judge>, then: (judge: Judge) => Judge): Judge | Promise<Judge> {
  return judge instanceof Promise ? judge.then(then) : then(judge);
}
