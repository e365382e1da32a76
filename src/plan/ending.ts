// How a plan comes into force and how it ends: by its ticket, by its clock, by its last step, or because somebody takes it back.

import { deadlineIn, isPast } from '../approve/clock.ts';
import type { Channel, Decider, Ticket } from '../approve/ticket.ts';
import { InterlockError } from '../errors.ts';
import { bindingOfPlan } from './plan-ticket.ts';
import { isOpenPlan, type Plan, type PlanChannel } from './plan.ts';
import { inLine, type Shelf } from './shelf.ts';
import type { PlanNote } from './plan-store.ts';
import { isComplete } from './progress.ts';

/** The plan as it is now, with what its ticket and its clock say of it on record. Call it in the line of its session. */
export async function settlePlan(shelf: Shelf, id: string): Promise<Plan | undefined> {
  const plan = shelf.store.plans.get(id);
  if (plan === undefined || !isOpenPlan(plan)) return plan;
  if (plan.state === 'waiting') return settleWaiting(shelf, plan);
  if (isOver(shelf, plan)) return end(shelf, { ...plan, state: 'expired' }, note('expired', 'clock', 'its time is over'));
  return isComplete(plan)
    ? end(shelf, { ...plan, state: 'completed' }, note('completed', 'proxy', 'nothing of it is left'))
    : plan;
}

/** INVARIANT: over when either clock says so; a plan whose deadline nobody knows has none left. */
export function isOver(shelf: Pick<Shelf, 'clock' | 'deadlines'>, plan: Plan): boolean {
  const deadline = shelf.deadlines.get(plan.id);
  return deadline === undefined || isPast(shelf.clock, deadline);
}

async function settleWaiting(shelf: Shelf, plan: Plan): Promise<Plan> {
  const ticket = plan.ticket === null ? undefined : shelf.tickets.get(plan.ticket);
  switch (ticket?.state) {
    case 'pending':
      return plan;
    case 'approved':
      return acceptApproved(shelf, plan, ticket);
    case 'spent':
      // The process ended between the two.
      return accept(shelf, plan, ticket);
    case 'denied': {
      const { deniedBy, denial } = ticket;
      const denied = { ...plan, state: 'denied', endedBy: deniedBy, note: denial ?? '' } as const;
      return end(shelf, denied, { ...note('denied', 'proxy', denial ?? ''), by: deniedBy });
    }
    case 'expired':
    case undefined:
      return end(shelf, { ...plan, state: 'expired' }, note('expired', 'clock', 'nobody decided in time'));
  }
}

/** The ticket's one use is the plan itself. */
async function acceptApproved(shelf: Shelf, plan: Plan, ticket: Ticket): Promise<Plan> {
  const spent = await shelf.tickets.spendGrant(bindingOfPlan(shelf, plan.id), ticket.waits, plan.id);
  if (spent === null) return end(shelf, { ...plan, state: 'expired' }, note('expired', 'proxy', 'its approval does not stand'));
  await shelf.tickets.settle(ticket.id, plan.id, 'confirmed');
  return accept(shelf, plan, spent);
}

function accept(shelf: Shelf, plan: Plan, { approvals }: Ticket): Promise<Plan> {
  const names = [...new Set(approvals.map(({ user }) => user))];
  return inForce(
    shelf,
    { ...plan, approvals },
    {
      ...note('approved', approvals.at(-1)?.channel ?? 'proxy', `approved by ${names.join(', ')}`),
      by: names.at(-1) ?? null,
    },
  );
}

/** Its lifetime begins now. */
export async function inForce(shelf: Shelf, plan: Plan, before: PlanNote): Promise<Plan> {
  const deadline = deadlineIn(shelf.clock, plan.lifetimeSeconds);
  const expiresAt = new Date(deadline.wallMs).toISOString();
  const accepted = note('accepted', 'proxy', `in force until ${expiresAt}`);
  shelf.deadlines.set(plan.id, deadline);
  return shelf.save({ ...plan, state: 'accepted', expiresAt }, [before, accepted]);
}

/** See PlanBook.revoke. INVARIANT: once this resolves, no step is taken any more; what is on its way already stays so. */
export async function endPlan(shelf: Shelf, id: string, by: string | null, channel: PlanChannel): Promise<Plan> {
  const known = knownPlan(shelf, id);
  return inLine(shelf, known, async () => {
    const plan = await settlePlan(shelf, id);
    if (plan === undefined || !isOpenPlan(plan))
      throw new InterlockError('PLAN_STATE', `the plan is ${plan?.state ?? 'gone'} already`);
    return end(shelf, { ...plan, state: 'revoked', endedBy: by }, { ...note('revoked', channel, 'nothing more goes by it'), by });
  });
}

/**
 * See PlanBook.revokeAs. As with a grant: whoever may decide its ticket may take back what was approved with it.
 * A plan that waits for nobody lets out nothing that policy does not, and policy may hold its agent to it: that is no reader's to end.
 */
export async function endPlanAs(shelf: Shelf, id: string, by: Decider, channel: Channel): Promise<Plan> {
  const { ticket } = knownPlan(shelf, id);
  if (ticket === null || shelf.tickets.get(ticket) === undefined)
    throw new InterlockError(
      'APPROVER_REFUSED',
      'nobody is an approver of this plan: whoever administers Interlock ends it, with `interlock plans revoke`',
    );
  const { name } = await shelf.tickets.deciderOf(ticket, by, channel);
  return endPlan(shelf, id, name, channel);
}

/** At a start behind a repair that lost something: nothing may have been taken of it, or all. */
export async function endDoubted(shelf: Shelf, id: string): Promise<void> {
  const plan = knownPlan(shelf, id);
  const why = 'the ledger was damaged and repaired: nobody knows which of its steps were taken since';
  await end(shelf, { ...plan, state: 'revoked', endedBy: null, note: why }, note('revoked', 'clock', why));
}

function knownPlan(shelf: Shelf, id: string): Plan {
  const plan = shelf.store.plans.get(id);
  if (plan !== undefined) return plan;
  throw new InterlockError('PLAN_UNKNOWN', 'there is no such plan: `interlock plans list` shows those there are');
}

async function end(shelf: Shelf, plan: Plan, why: PlanNote): Promise<Plan> {
  const ended = await shelf.save(plan, [why]);
  shelf.deadlines.delete(plan.id);
  await closeTicket(shelf, ended, why.by, why.channel);
  return ended;
}

/** INVARIANT: nobody is asked to sign a plan that has ended. A write that fails is tried again at the next start; the plan has ended anyway. */
export async function closeTicket(shelf: Shelf, plan: Plan, by: string | null, channel: PlanNote['channel']): Promise<void> {
  const ticket = plan.ticket === null ? undefined : shelf.tickets.get(plan.ticket);
  if (ticket?.state !== 'pending' && ticket?.state !== 'approved') return;
  await shelf.tickets.withdraw(ticket.id, `the plan is ${plan.state}`, by, channel).catch(() => undefined);
}

function note(move: PlanNote['move'], channel: PlanNote['channel'], text: string): PlanNote {
  return { move, by: null, channel, note: text };
}
