// Plans at http://interlock.internal/v1/plans: an agent proposes what it means to do, and sees how far its own plans have come.

import type { QuestionRate } from '../ask/question-rate.ts';
import { RESERVED_NAME } from '../connection/reserved-name.ts';
import { InterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import { judgeSteps, type JudgeStepsDeps } from '../plan/judge-steps.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanBook } from '../plan/plan-book.ts';
import { newPlanId } from '../plan/proposing.ts';
import { readPlan } from '../plan/read-plan.ts';
import { planForAgent } from '../plan/seen-plan.ts';
import type { NativeAnswer } from '../providers/refusal.ts';
import { asciiJson } from './ascii-json.ts';
import { internalJson, internalProblem, internalReply, methodNotAllowed } from './internal-answer.ts';
import type { InternalDoor } from './internal-door.ts';
import { readMessage } from './internal-message.ts';

const PLANS = '/v1/plans';
const PLAN = /^\/v1\/plans\/(p_[a-z2-7]{26})$/;

interface PlanDoorDeps extends JudgeStepsDeps {
  readonly plans: PlanBook;
  /** Each step costs what a question does. */
  readonly rate: QuestionRate;
}

export function createPlanDoor(deps: PlanDoorDeps): InternalDoor {
  return {
    index: [
      `${PLANS}         POST: may I do these, one after the other? GET: your plans (see docs/plans.md)`,
      `${PLANS}/ID      one of them; DELETE ends it`,
    ],
    has: (path) => path === PLANS || PLAN.test(path),
    async answer(exchange, principal) {
      const { method, path } = exchange.request;
      // Callers without a token are all one agent: a plan of one would be every other's.
      if (principal.provedBy === 'anonymous')
        throw new InterlockError('QUESTION_FORBIDDEN', 'a plan needs an agent with a token of its own');
      const id = PLAN.exec(path)?.[1];
      if (id === undefined) {
        if (method === 'POST') return proposed(exchange, principal, deps);
        return method === 'GET' ? internalJson(own(principal, deps).map(planForAgent)) : methodNotAllowed('GET, POST');
      }
      const plan = own(principal, deps).find((one) => one.id === id);
      // The same answer for another agent's plan and for none (threat D2).
      if (plan === undefined) return internalProblem(404, `there is no such plan: http://${RESERVED_NAME}${PLANS} lists yours`);
      if (method === 'GET') return internalJson(planForAgent(plan));
      if (method !== 'DELETE') return methodNotAllowed('GET, DELETE');
      return internalJson(planForAgent(await deps.plans.revoke(id, 'proxy')));
    },
  };
}

function own({ agent }: Principal, { plans }: PlanDoorDeps): Plan[] {
  return plans.list({ agent }).toReversed();
}

/** INVARIANT: each step is judged before anything of the plan is approved, and the answer is on record before it is given. */
async function proposed(exchange: Exchange, principal: Principal, deps: PlanDoorDeps): Promise<NativeAnswer> {
  const draft = readPlan(await readMessage(exchange));
  deps.rate.spend(principal.agent, draft.steps.length);
  const id = newPlanId();
  const { steps, actions } = await judgeSteps(draft, principal, id, deps);
  const { title, lifetimeSeconds } = draft;
  const plan = await deps.plans.propose(principal, { id, title, lifetimeSeconds, steps, actions });
  const body = Buffer.from(`${asciiJson(planForAgent(plan))}\n`);
  return internalReply(plan.state === 'rejected' ? 422 : 201, 'application/json', body);
}
