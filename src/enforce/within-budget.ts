// Sees to it that what is let out was judged by what is used at that very moment, and is reserved with the entry that lets it out.

import type { BudgetBook } from '../budget/budget-book.ts';
import type { BudgetUse } from '../budget/meter.ts';
import type { Judge } from '../decide/judge.ts';
import type { Judgement } from '../decide/judgement.ts';
import { InterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { StateChange } from '../record/ledger.ts';
import type { Decision } from './decision.ts';

export interface BudgetDeps {
  readonly judge: Judge;
  readonly budgets: BudgetBook;
}

/** Each try means that another exchange got ahead of this one, so only a great crowd comes so far. */
const MAX_TRIES = 200;

/**
 * The decision as it stands now; null when policy says something else of it by now, because another exchange was reserved (or given back) since
 * it was judged. Nearly every decision touches no budget and is given back as it is.
 * INVARIANT: what goes was judged by the bundle in force: another one may have been loaded while a rewrite looked something up.
 */
export function stillDecided(principal: Principal, decision: Decision, { judge, budgets }: BudgetDeps): Decision | null {
  const { judgement, rejudged, proposal, revised } = decision;
  if (judgement.bundle !== judge.bundle || (rejudged !== null && rejudged.bundle !== judge.bundle)) return null;
  if (isCurrent(judgement, budgets) && (rejudged === null || isCurrent(rejudged, budgets))) return decision;
  const now = judge.judge(principal, proposal.actions);
  const again = rejudged === null || revised === null ? null : judge.judge(principal, revised.actions);
  const same = isSame(judgement, now) && (rejudged === null || (again !== null && isSame(rejudged, again)));
  if (!same) return null;
  const reason = decision.reason === judgement.reason ? now.reason : decision.reason;
  return { ...decision, judgement: now, rejudged: again, reason };
}

function isCurrent({ budget }: Judgement, budgets: BudgetBook): boolean {
  return budget === undefined || budgets.isCurrent(budget);
}

/** In all that decides what is done with it. */
function isSame(a: Judgement, b: Judgement): boolean {
  return outcomeOf(a) === outcomeOf(b);
}

function outcomeOf({ bundle, verdict, policies, constraints, waits, actions }: Judgement): string {
  const each = actions.map((judged) => [judged.verdict, judged.policies]);
  return JSON.stringify([bundle, verdict, policies, constraints, waits.map((wait) => wait.policy), each]);
}

/** What leaves by this decision uses so much: the substitute where there is one. */
export function useOf({ judgement, rejudged }: Decision): BudgetUse | null {
  return (rejudged ?? judgement).budget ?? null;
}

/**
 * Reserves and writes in one turn of the event loop. INVARIANT: between the look at what is used, the reservation and the place in the ledger's
 * line nobody else has a turn, so two requests never both fit into what is left.
 */
export async function reserveWith<T>(
  exchange: Exchange,
  use: BudgetUse | null,
  budgets: BudgetBook,
  append: (state: readonly StateChange[]) => Promise<T>,
): Promise<T> {
  if (use === null) return append([]);
  const reservation = budgets.reserve(exchange.id, use);
  try {
    return await append(reservation.state);
  } catch (thrown) {
    reservation.undo();
    throw thrown;
  }
}

/** Runs `attempt` until it comes to something: null means that another exchange got ahead, and it is judged anew. */
export async function untilSettled<T>(attempt: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const settled = await attempt();
    if (settled !== null) return settled;
  }
  throw new InterlockError('POLICY_BLOCKED', 'its budget changes faster than it can be judged: ask again');
}
