// A plan as it is proposed: refused whole when any step is blocked, in force at once when none waits, else one ticket for all that do.

import { randomId } from '../approve/ticket-id.ts';
import type { Principal } from '../identify/principal.ts';
import { InterlockError } from '../errors.ts';
import type { RecordedAction } from '../record/entry.ts';
import { inForce, settlePlan } from './ending.ts';
import { isOpenPlan, type Plan, type PlanStep } from './plan.ts';
import { inLine, lineOf, type Shelf } from './shelf.ts';
import type { PlanNote } from './plan-store.ts';
import { planTicket } from './plan-ticket.ts';

export interface Proposed {
  readonly id: string;
  readonly title: string;
  readonly lifetimeSeconds: number;
  readonly steps: readonly PlanStep[];
  /** What each step would do, as judged, in order. */
  readonly actions: readonly RecordedAction[];
}

export function newPlanId(): string {
  return randomId('p_');
}

/** See PlanBook.propose. INVARIANT: one open plan for a session, so that what is expected of it is one thing. */
export async function propose(shelf: Shelf, principal: Principal, proposed: Proposed): Promise<Plan> {
  const { agent, user, session } = principal;
  return inLine(shelf, { agent, user, session }, async () => {
    const blocked = proposed.steps.some((step) => step.verdict === 'BLOCK');
    if (!blocked) await checkRoom(shelf, principal);
    const now = new Date(shelf.clock.wallMs()).toISOString();
    const { id, title, lifetimeSeconds, steps, actions } = proposed;
    const plan: Plan = {
      ...{ id, agent, user, session, title, steps, lifetimeSeconds },
      state: blocked ? 'rejected' : 'waiting',
      uses: [],
      createdAt: now,
      expiresAt: now,
      ticket: null,
      approvals: [],
      endedBy: null,
      note: '',
    };
    const told: PlanNote = { move: 'proposed', by: null, channel: 'proxy', note: title, actions };
    if (blocked) return shelf.save(plan, [told, { move: 'rejected', by: null, channel: 'proxy', note: blockedText(steps) }]);
    if (steps.every((step) => step.waits.length === 0)) return inForce(shelf, plan, told);
    const ticket = await shelf.tickets.open(planTicket(plan, actions, shelf));
    const waiting = await shelf.save({ ...plan, ticket: ticket.id, expiresAt: ticket.expiresAt }, [told]);
    // Its ticket may have been decided while that was written, and nobody was told of a plan then. What can't be written now is tried again.
    return (await settlePlan(shelf, id).catch(() => undefined)) ?? waiting;
  });
}

async function checkRoom(shelf: Shelf, principal: Principal): Promise<void> {
  const line = lineOf(principal);
  for (const plan of shelf.store.plans.values()) if (isOpenPlan(plan) && lineOf(plan) === line) await settlePlan(shelf, plan.id);
  const open = [...shelf.store.plans.values()].filter(isOpenPlan);
  const own = open.find((plan) => lineOf(plan) === line);
  if (own !== undefined)
    throw new InterlockError(
      'PLAN_STATE',
      `this session has the plan ${own.id} already, which is ${own.state}: finish it, or end it with DELETE /v1/plans/${own.id}`,
    );
  const { plans, plansPerAgent } = shelf.limits;
  if (open.length >= plans || open.filter((plan) => plan.agent === principal.agent).length >= plansPerAgent)
    throw new InterlockError('PLAN_LIMIT', 'there are as many open plans as there may be: wait until some have ended');
}

function blockedText(steps: readonly PlanStep[]): string {
  return steps
    .flatMap((step, at) =>
      step.verdict === 'BLOCK' ? [`step ${at + 1}: ${step.reason} (${step.policies.join(', ') || 'no policy'})`] : [],
    )
    .join('; ');
}
