// What the plan in force makes of a request: the judge to ask about it, and the step that it takes once it is to go.

import type { Action } from '../classify/action.ts';
import type { Proposal } from '../classify/proposal.ts';
import type { TicketBook } from '../approve/tickets.ts';
import type { Judge } from '../decide/judge.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import { withOwnRecords } from '../decide/own-judge.ts';
import type { Decision } from '../enforce/decision.ts';
import { type BindingDeps, bindingOf } from '../enforce/park-request.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { PlanBook } from './plan-book.ts';

export interface TakenStep {
  /** The plan. */
  readonly id: string;
  /** From 1. */
  readonly step: number;
}

type Asked = Pick<Decision, 'proposal' | 'substitute'>;

export interface PlanLens {
  /** The judge for all questions about this exchange. INVARIANT: the same on the wire and in a rehearsal of it. */
  judgeOf(exchange: Exchange, principal: Principal, proposal: Proposal): Judge | Promise<Judge>;
  /** The judge for an action that nobody has written a request for yet. */
  judgeOfAction(principal: Principal, action: Action): Judge;
  /** Takes the step that this exchange is, where its approval covers these waits. Throws RECORD_FAILED. */
  take(exchange: Exchange, principal: Principal, decision: Asked, waits: readonly WaitRequirement[]): Promise<TakenStep | null>;
  /** What became of an exchange that took a step. Never rejects. */
  settle: PlanBook['settle'];
  /** An exchange is over, and something of it was sent or not. */
  over(exchange: string, isSent: boolean): void;
}

export interface LensDeps extends BindingDeps {
  readonly judge: Judge;
  readonly plans: PlanBook;
  readonly tickets: Pick<TicketBook, 'isUnsettled'>;
}

export function createPlanLens(deps: LensDeps): PlanLens {
  const { judge, plans } = deps;
  return {
    settle: (exchange, fate) => plans.settle(exchange, fate),
    over: () => undefined,
    judgeOf(exchange, principal, proposal) {
      // Nearly every request has no plan, and is not made to wait to hear so.
      if (isOwn(exchange) || plans.look(principal, { actions: proposal.actions, binding: null }) === null) return judge;
      return judgeByPlan(exchange, principal, proposal, deps);
    },
    judgeOfAction(principal, action) {
      const plan = plans.look(principal, { actions: [action], binding: null });
      return plan === null ? judge : withOwnRecords(judge, { plan });
    },
    async take(exchange, principal, decision, waits) {
      const { proposal } = decision;
      const { actions } = proposal;
      // Nearly every request has no plan: it shall not be bound to hear so.
      if (isOwn(exchange) || plans.look(principal, { actions, binding: null }) === null) return null;
      const tried = waits.length === 0 ? null : await repeatable(exchange, principal, decision, deps);
      if (waits.length > 0 && tried === null) return null;
      const binding = await boundTo(exchange, principal, proposal, deps);
      return plans.take(principal, { exchange: exchange.id, actions, binding, tried, waits });
    },
  };
}

async function judgeByPlan(exchange: Exchange, principal: Principal, proposal: Proposal, deps: LensDeps): Promise<Judge> {
  const { judge, plans } = deps;
  const binding = await boundTo(exchange, principal, proposal, deps);
  const plan = plans.look(principal, { actions: proposal.actions, binding });
  return plan === null ? judge : withOwnRecords(judge, { plan });
}

/** Interlock's own requests are no step of anybody's plan, and no drift from it. */
function isOwn({ cause, message }: Exchange): boolean {
  return cause !== null && message !== true;
}

/**
 * The binding that its ticket would have. INVARIANT: a request of which an earlier try may have taken effect needs a person who is told so,
 * whatever plan was approved before (threat D7). What can't be bound can't be told from its repeat: null, and no step.
 */
async function repeatable(exchange: Exchange, principal: Principal, decision: Asked, deps: LensDeps): Promise<string | null> {
  try {
    const { binding } = await bindingOf(exchange, principal, decision, deps);
    return deps.tickets.isUnsettled(binding) ? null : binding;
  } catch {
    return null;
  }
}

/** Before constraints: what was asked. Null where no step asks for it, or it can't be bound: then it is no step for one exact request. */
async function boundTo(exchange: Exchange, principal: Principal, proposal: Proposal, deps: LensDeps): Promise<string | null> {
  if (!deps.plans.asksForBinding(principal, proposal.actions)) return null;
  try {
    return (await bindingOf(exchange, principal, { proposal, substitute: null }, deps)).binding;
  } catch {
    return null;
  }
}
