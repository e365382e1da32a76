// Wire traffic against the plan of its session: what is expected of it, the step it takes, and what became of that.

import { covers, sameRequirement } from '../approve/requirements.ts';
import type { Fate } from '../approve/ticket.ts';
import type { Action, OwnRecord } from '../classify/action.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { Principal } from '../identify/principal.ts';
import { maskPath } from '../record/url-privacy.ts';
import { isOver, settlePlan } from './ending.ts';
import type { Plan, StepUse } from './plan.ts';
import { inLine, type Shelf, type Taking } from './shelf.ts';
import type { PlanNote } from './plan-store.ts';
import { waitsOfSteps } from './plan-ticket.ts';
import { allowedSteps } from './progress.ts';
import { matchesStep } from './step-match.ts';

/** The plan in force for this principal: the same agent for the same user in the same session, and nobody else (threat D14). */
function planOf(shelf: Shelf, principal: Principal): Plan | null {
  if (principal.provedBy === 'anonymous') return null;
  for (const plan of shelf.store.plans.values())
    if (plan.state === 'accepted' && isOf(plan, principal) && !isOver(shelf, plan)) return plan;
  return null;
}

/** As `lineOf` has it, without a text: this is asked several times of every request. */
function isOf(plan: Plan, { agent, user, session }: Principal): boolean {
  return plan.agent === agent && plan.user === user && plan.session === session;
}

/** Places of the steps that may be taken now and that this request is. */
function fitting(shelf: Shelf, plan: Plan, { actions }: Pick<Taking, 'actions'>): number[] {
  const allowed = allowedSteps(plan);
  if (allowed.length === 0) return [];
  const masked = actions.map((action) => withMaskedPath(action, shelf.keyedDigest));
  return allowed.filter((at) => {
    const step = plan.steps[at];
    return step !== undefined && matchesStep(step, masked);
  });
}

/** Steps keep no more of a path than the ledger does. */
export function withMaskedPath(action: Action, digest: Shelf['keyedDigest']): Action {
  const { path } = action.facts;
  return typeof path === 'string' ? { ...action, facts: { ...action.facts, path: maskPath(path, digest) } } : action;
}

function isBound(plan: Plan, at: number, binding: string | null): boolean {
  const bound = plan.steps[at]?.binding ?? null;
  return bound === null || bound === binding;
}

/** See PlanBook.look. */
export function lookAt(shelf: Shelf, principal: Principal, asked: Pick<Taking, 'actions' | 'binding'>): OwnRecord | null {
  const plan = planOf(shelf, principal);
  if (plan === null) return null;
  const at = fitting(shelf, plan, asked).find((one) => isBound(plan, one, asked.binding));
  return { expected: at !== undefined, step: at === undefined ? 0 : at + 1, id: plan.id };
}

/** See PlanBook.asksForBinding. */
export function asksForBinding(shelf: Shelf, principal: Principal, actions: readonly Action[]): boolean {
  const plan = planOf(shelf, principal);
  return plan !== null && fitting(shelf, plan, { actions }).some((at) => plan.steps[at]?.binding !== null);
}

/**
 * See PlanBook.take.
 * INVARIANT: requests of one session stand in its line, and a step's use is on disk before the next one looks: no step is taken twice.
 */
export async function takeStep(
  shelf: Shelf,
  principal: Principal,
  taking: Taking,
): Promise<{ readonly id: string; readonly step: number } | null> {
  // Nearly every request has no plan: it shall not stand in line to hear so.
  if (planOf(shelf, principal) === null) return null;
  return inLine(shelf, principal, async () => {
    const plan = planOf(shelf, principal);
    if (plan === null) return null;
    const at = fitting(shelf, plan, taking).find(
      (one) => isBound(plan, one, taking.binding) && isCovered(shelf, plan, one, taking.waits),
    );
    if (at === undefined) return null;
    const { exchange, tried = null } = taking;
    const now = new Date(shelf.clock.wallMs()).toISOString();
    const use: StepUse = { step: at, exchange, at: now, fate: 'sent', ...(tried === null ? {} : { tried }) };
    await shelf.save({ ...plan, uses: [...plan.uses, use] }, [stepNote('consumed', use, '')]);
    return { id: plan.id, step: at + 1 };
  });
}

/**
 * INVARIANT: an approval is for what this very step waited for then, by those who are approvers still; and once nobody knows what became
 * of a use of it, whoever approved the plan did not know that either: the next one is for people (threat D7).
 */
function isCovered(shelf: Shelf, plan: Plan, at: number, waits: readonly WaitRequirement[]): boolean {
  if (waits.length === 0) return true;
  if (plan.uses.some((use) => use.step === at && use.fate === 'unknown')) return false;
  const own = plan.steps[at]?.waits ?? [];
  const approved = { waits: waitsOfSteps(plan.steps), approvals: plan.approvals };
  return waits.every((wait) => own.some((known) => sameRequirement(known, wait))) && covers(approved, waits, shelf.standing);
}

/** INVARIANT: only what was surely never written is given back. */
export async function settleUse(shelf: Shelf, exchange: string, fate: Fate): Promise<void> {
  const known = shelf.store.plans
    .values()
    .find((plan) => plan.uses.some((use) => use.exchange === exchange && use.fate === 'sent'));
  if (known === undefined) return;
  await inLine(shelf, known, async () => {
    const plan = shelf.store.plans.get(known.id);
    const use = plan?.uses.find((one) => one.exchange === exchange && one.fate === 'sent');
    if (plan === undefined || use === undefined) return;
    const others = plan.uses.filter((one) => one !== use);
    const uses = fate === 'unsent' ? others : plan.uses.map((one) => (one === use ? { ...one, fate } : one));
    await shelf.save({ ...plan, uses }, [stepNote(MOVES[fate].move, use, MOVES[fate].note)]);
    await settlePlan(shelf, plan.id);
  });
}

const MOVES: Readonly<Record<Fate, { readonly move: PlanNote['move']; readonly note: string }>> = {
  confirmed: { move: 'confirmed', note: 'the upstream answered' },
  unknown: { move: 'unknown', note: 'it was sent, and no answer came: it may have taken effect' },
  unsent: { move: 'returned', note: 'nothing was sent: the step may be taken once more' },
  refused: { move: 'voided', note: 'it was refused after that: nothing was sent' },
};

function stepNote(move: PlanNote['move'], use: StepUse, text: string): PlanNote {
  return { move, by: null, channel: 'proxy', step: use.step, exchange: use.exchange, note: text };
}
