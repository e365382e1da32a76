// The record stage: the ticket, the plan's step or the budget by which an exchange goes, and its verdict, before anything of it leaves.

import type { BudgetBook } from './budget/budget-book.ts';
import type { Judge } from './decide/judge.ts';
import { decide } from './enforce/constrain.ts';
import type { Decision } from './enforce/decision.ts';
import type { Originate } from './enforce/originate.ts';
import { type ParkDeps, park } from './enforce/park.ts';
import { waitsOf } from './enforce/park-request.ts';
import { reserveWith, stillDecided, untilSettled, useOf } from './enforce/within-budget.ts';
import { toInterlockError } from './errors.ts';
import type { Exchange } from './http/exchange.ts';
import type { Principal } from './identify/principal.ts';
import type { Recorded } from './pipeline.ts';
import type { PlanLens } from './plan/lens.ts';
import { durabilityOf, verdictBody } from './record/verdict-entry.ts';
import type { Decided, ShadowDesk } from './rollout/shadow-desk.ts';
import { type ReadingDeps, readingOf } from './session/reading.ts';

export interface RecordDeps extends ParkDeps, ReadingDeps {
  readonly judge: Judge;
  readonly budgets: BudgetBook;
  readonly originate: Originate;
  readonly lens: PlanLens;
  /** Judges again beside the traffic what is on record; never awaited. */
  readonly beside: Pick<ShadowDesk, 'consider'>;
}

async function record(exchange: Exchange, principal: Principal, first: Decision, deps: RecordDeps): Promise<Recorded> {
  let decision = first;
  return untilSettled(async () => {
    const { verdict } = decision;
    if (verdict === 'BLOCK') return recordHeld(exchange, principal, decision, deps);
    const plan = await deps.lens.take(exchange, principal, decision, waitsOf(decision));
    // What does not go by this entry uses nothing yet: a ticket reserves when it goes.
    if (verdict === 'WAIT' && plan === null) return recordHeld(exchange, principal, decision, deps);
    const now = stillDecided(principal, decision, deps);
    if (now !== null) {
      const written = recordVerdict(exchange, principal, now, { ticket: null, plan }, deps);
      if (plan !== null) written.catch((error: unknown) => void deps.lens.settle(exchange.id, fateOf(error)));
      return { decision: now, entry: await written, ticket: null, plan, mustWait: false, scoped: false };
    }
    // Nothing was sent by it: it is judged anew, and the step looked for anew.
    if (plan !== null) await deps.lens.settle(exchange.id, 'unsent');
    decision = await decide(exchange, principal, decision.proposal, deps);
    return null;
  });
}

async function recordHeld(exchange: Exchange, principal: Principal, decision: Decision, deps: RecordDeps): Promise<Recorded> {
  // Interlock's own requests have nobody to hold: what would need approval there does not go out.
  const parking =
    decision.verdict === 'WAIT' && (exchange.cause === null || exchange.message === true)
      ? await park(exchange, principal, decision, deps)
      : null;
  const ticket = parking?.ticket.id ?? null;
  const body = verdictBody(exchange, principal, decision, ticket, deps.ledger.keyedDigest);
  // What waits may be answered yet. INVARIANT: of what is blocked nothing is read.
  const reading = ticket === null ? null : readingOf(exchange, principal, decision.proposal.actions, deps);
  const written = deps.ledger.append(body, durabilityOf(decision.verdict, decision.judgement), reading?.state);
  // An approval that was used for it is not lost with its entry; of one that nobody has given yet this changes nothing.
  if (ticket !== null) written.catch((error: unknown) => void deps.tickets.settle(ticket, exchange.id, fateOf(error)));
  const { entry } = await written;
  reading?.written();
  return { decision, entry, ticket, plan: null, mustWait: parking?.mustWait ?? false, scoped: parking?.scoped ?? false };
}

/** Its verdict could not be written, so nothing was sent: for want of a disk, or because it can't be put on record at all. */
export function fateOf(error: unknown): 'unsent' | 'refused' {
  return toInterlockError(error).code === 'RECORD_FAILED' ? 'unsent' : 'refused';
}

/** Of what goes: with what it uses of its budgets, in one batch. Call it in the turn in which that was looked at. */
export async function recordVerdict(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  { ticket, plan }: Pick<Recorded, 'ticket' | 'plan'>,
  deps: RecordDeps,
): Promise<string> {
  const { ledger, budgets } = deps;
  const body = verdictBody(exchange, principal, decision, ticket, ledger.keyedDigest, plan);
  const reading = readingOf(exchange, principal, decision.proposal.actions, deps);
  const isPlain = ticket === null && reading.state.length === 0;
  const durability = isPlain ? durabilityOf(decision.verdict, decision.judgement) : 'synced';
  const { entry } = await reserveWith(exchange, useOf(decision), budgets, (state) =>
    ledger.append(body, durability, [...state, ...reading.state]),
  );
  reading.written();
  return entry;
}

/** What is on record is judged again beside the traffic. */
export async function recordBeside(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  deps: RecordDeps,
): Promise<Recorded> {
  const recorded = await record(exchange, principal, decision, deps);
  deps.beside.consider(decidedOf(exchange, principal, recorded.decision, recorded.entry));
  return recorded;
}

/** As it is judged again beside the traffic. */
export function decidedOf(exchange: Exchange, principal: Principal, { proposal, judgement }: Decision, entry: string): Decided {
  const { call, body } = proposal;
  const judged = call === undefined ? null : { ...call, arguments: body.bytes };
  return { exchange: exchange.id, entry, principal, judgement, call: judged };
}
