// The stages of one exchange, put together from the rooms. pipeline.ts says in which order they run.

import type { Fate, Ticket } from './approve/ticket.ts';
import { budgetFateOf } from './budget/budget-fate.ts';
import type { BudgetBook } from './budget/budget-book.ts';
import type { Known } from './classify/known.ts';
import { propose } from './classify/propose.ts';
import type { Enforcement } from './config/config.ts';
import type { Judge } from './decide/judge.ts';
import type { Judgement } from './decide/judgement.ts';
import { decide } from './enforce/constrain.ts';
import type { Decision } from './enforce/decision.ts';
import { pinBody } from './enforce/idempotency.ts';
import { unenforcedJudge } from './enforce/monitor.ts';
import type { Originate } from './enforce/originate.ts';
import { editChosen, type Judged } from './enforce/offer.ts';
import { askAgain, holdUntilDecided, type ParkDeps, park } from './enforce/park.ts';
import type { Refuser } from './enforce/refuser.ts';
import { reserveWith, stillDecided, untilSettled, useOf } from './enforce/within-budget.ts';
import { enrich } from './enrich/enrich.ts';
import { InterlockError } from './errors.ts';
import type { Upstream } from './forward/outgoing.ts';
import { send } from './forward/send.ts';
import type { Exchange } from './http/exchange.ts';
import type { Principal } from './identify/principal.ts';
import { observe, type ObserveDeps } from './observe/observe.ts';
import type { Recorded, Stages } from './pipeline.ts';
import type { ShadowDesk } from './rollout/shadow-desk.ts';
import { recordUnenforced } from './record-unenforced.ts';
import { durabilityOf, outcomeBody, verdictBody } from './record/verdict-entry.ts';
import type { Sent } from './forward/relay.ts';
import type { MessageGate } from './http/message-gate.ts';

/** What metrics and logs are told; never a reason to wait. */
interface Observer {
  decided(exchange: Exchange, principal: Principal, decision: Decision, decisionMs: number): void;
  leaving(exchange: Exchange, recorded: Recorded): void;
  finished(exchange: Exchange, recorded: Recorded, sent: Sent): void;
}

interface StageDeps extends ParkDeps, ObserveDeps {
  readonly judge: Judge;
  readonly budgets: BudgetBook;
  readonly upstream: Upstream;
  readonly originate: Originate;
  readonly refuser: Refuser;
  readonly observer: Observer;
  /** Judges again beside the traffic what is on record; never awaited. */
  readonly beside: Pick<ShadowDesk, 'consider'>;
  readonly enforcement: Enforcement;
  /** Who judges the messages of an upgrade; null when nobody does. Throws CLASSIFY_FAILED. */
  readonly messageGate: (exchange: Exchange, known: Known) => MessageGate | null;
}

export function createStages(deps: StageDeps): Stages {
  const { ledger, observer } = deps;
  return {
    identify: (exchange) => exchange.identify(),

    async classify(exchange, principal) {
      const memory = deps.recall.of(principal, exchange.request);
      const reading = memory.settled();
      // An answer that was passed on a moment ago is still being read: what it teaches counts for this request already.
      if (reading !== null) await reading;
      return propose(exchange, deps.inspectBytes, memory);
    },

    enrich: (exchange, principal, proposal) => enrich(exchange, principal, proposal, deps),

    async decide(exchange, principal, proposal) {
      const startedMs = performance.now();
      const decision = await decide(exchange, principal, proposal, deps);
      observer.decided(exchange, principal, decision, performance.now() - startedMs);
      return decision;
    },

    record: (exchange, principal, decision) =>
      deps.enforcement === 'monitor'
        ? recordUnenforced(exchange, principal, decision, deps)
        : recordBeside(exchange, principal, decision, deps),

    enforce: (exchange, principal, recorded) => enforce(exchange, principal, recorded, deps),

    forward(exchange, principal, recorded, watch) {
      observer.leaving(exchange, recorded);
      const gate =
        exchange.request.upgrade === null ? null : deps.messageGate(exchange, deps.recall.of(principal, exchange.request));
      // A standing grant's uses are requests of their own: under the ticket's key the vendor would take them for its repeats.
      const keyed = recorded.scoped ? null : recorded.ticket;
      const pinned = keyed === null ? null : (deps.tickets.get(keyed)?.idempotency ?? null);
      const decision = pinBody(recorded.decision, exchange.request, pinned);
      return send(exchange, { ...release(exchange, principal, { ...recorded, decision }), pinned, watch, gate }, deps.upstream);
    },

    observe(exchange, principal, recorded) {
      const judge = deps.enforcement === 'monitor' ? unenforcedJudge(deps.judge) : deps.judge;
      return observe(exchange, principal, recorded.decision, { ...deps, judge });
    },

    recordOutcome(exchange, recorded, sent) {
      ledger.note(outcomeBody(exchange, recorded.entry, sent, ledger.keyedDigest));
      settleBudgets(exchange, budgetFateOf(sent, recorded.decision.proposal.provider), deps);
      if (recorded.ticket !== null) void deps.tickets.settle(recorded.ticket, exchange.id, fateOf(sent));
      observer.finished(exchange, recorded, sent);
    },

    async refuse(exchange, progress, error) {
      // It may have begun to leave; what surely did not was never reserved, or told so by its outcome.
      settleBudgets(exchange, 'spent', deps);
      const ticket = progress.recorded?.ticket ?? null;
      // An approval is not lost for want of memory in the moment of its use.
      const fate = error.code === 'MEMORY_EXHAUSTED' ? 'unsent' : 'refused';
      if (ticket !== null && !progress.finished) void deps.tickets.settle(ticket, exchange.id, fate);
      await deps.refuser.refuse(exchange, progress, error);
    },
  };
}

/** An error of the upstream's own (5xx) tells nothing about what it did before: Stripe's documentation calls it indeterminate. */
function fateOf({ result, status }: Sent): Fate {
  if (result === 'failed') return 'unsent';
  return result === 'unknown' || status === null || status >= 500 ? 'unknown' : 'confirmed';
}

async function record(exchange: Exchange, principal: Principal, first: Decision, deps: StageDeps): Promise<Recorded> {
  let decision = first;
  return untilSettled(async () => {
    const { verdict } = decision;
    // What does not go by this entry uses nothing yet: a ticket reserves when it goes.
    if (verdict === 'WAIT' || verdict === 'BLOCK') return recordHeld(exchange, principal, decision, deps);
    const now = stillDecided(principal, decision, deps);
    if (now !== null) {
      const entry = await recordVerdict(exchange, principal, now, null, deps);
      return { decision: now, entry, ticket: null, mustWait: false, scoped: false };
    }
    decision = await decide(exchange, principal, decision.proposal, deps);
    return null;
  });
}

async function recordHeld(exchange: Exchange, principal: Principal, decision: Decision, deps: StageDeps): Promise<Recorded> {
  // Interlock's own requests have nobody to hold: what would need approval there does not go out.
  const parking =
    decision.verdict === 'WAIT' && (exchange.cause === null || exchange.message === true)
      ? await park(exchange, principal, decision, deps)
      : null;
  const ticket = parking?.ticket.id ?? null;
  const body = verdictBody(exchange, principal, decision, ticket, deps.ledger.keyedDigest);
  const { entry } = await deps.ledger.append(body, durabilityOf(decision.verdict, decision.judgement));
  return { decision, entry, ticket, mustWait: parking?.mustWait ?? false, scoped: parking?.scoped ?? false };
}

/** Of what goes: with what it uses of its budgets, in one batch. Call it in the turn in which that was looked at. */
async function recordVerdict(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  ticket: string | null,
  { ledger, budgets }: StageDeps,
): Promise<string> {
  const body = verdictBody(exchange, principal, decision, ticket, ledger.keyedDigest);
  const durability = ticket === null ? durabilityOf(decision.verdict, decision.judgement) : 'synced';
  const { entry } = await reserveWith(exchange, useOf(decision), budgets, (state) => ledger.append(body, durability, state));
  return entry;
}

/** Nobody waits for it: what can't be written stays spent after a restart. */
function settleBudgets(exchange: Exchange, fate: 'spent' | 'returned', { budgets, ledger }: StageDeps): void {
  const settled = budgets.settle(exchange.id, fate);
  if (settled === null) return;
  const body = { type: 'budget', move: 'returned', exchange: exchange.id, budgets: settled.budgets, used: [] } as const;
  void ledger.append(body, 'written', settled.state).catch(() => undefined);
}

async function enforce(exchange: Exchange, principal: Principal, recorded: Recorded, deps: StageDeps): Promise<Recorded> {
  const { decision, ticket, mustWait, scoped } = recorded;
  switch (decision.verdict) {
    case 'ALLOW':
    case 'ALLOW_LOG':
    case 'CONSTRAIN':
      return recorded;
    case 'BLOCK':
      throw new InterlockError('POLICY_BLOCKED', decision.reason);
    case 'WAIT': {
      if (ticket === null)
        throw new InterlockError('POLICY_BLOCKED', `this request of Interlock's own would need approval: ${decision.reason}`);
      const asker = mustWait ? await holdUntilDecided(exchange, decision, ticket, deps) : principal;
      return untilSettled(async () => {
        const judged = await askAgain(exchange, asker, { decision, ticket, scoped }, deps);
        if (judged.ticket.edit !== null) return recordEdit(exchange, asker, recorded, judged, deps);
        return (await reserveApproved(exchange, judged.judgement, deps)) ? recorded : null;
      });
    }
  }
}

/** What is on record is judged again beside the traffic. */
async function recordBeside(exchange: Exchange, principal: Principal, decision: Decision, deps: StageDeps): Promise<Recorded> {
  const recorded = await record(exchange, principal, decision, deps);
  const { judgement } = recorded.decision;
  deps.beside.consider({ exchange: exchange.id, entry: recorded.entry, principal, judgement });
  return recorded;
}

/** False when another exchange got ahead since it was judged. */
async function reserveApproved(exchange: Exchange, { budget }: Judgement, { budgets, ledger }: StageDeps): Promise<boolean> {
  if (budget === undefined) return true;
  if (!budgets.isCurrent(budget)) return false;
  const names = budget.charges.map((charge) => charge.budget.name);
  const body = { type: 'budget', move: 'reserved', exchange: exchange.id, budgets: names, used: budget.values } as const;
  await reserveWith(exchange, budget, budgets, (state) => ledger.append(body, 'synced', state));
  return true;
}

/** Null when another exchange got ahead. INVARIANT: what approvers chose instead is a verdict of its own, written before it leaves. */
async function recordEdit(
  exchange: Exchange,
  principal: Principal,
  recorded: Recorded,
  judged: Judged & { readonly ticket: Ticket },
  deps: StageDeps,
): Promise<Recorded | null> {
  const decision = await editChosen(exchange, principal, judged, judged.ticket, deps);
  const use = useOf(decision);
  if (use !== null && !deps.budgets.isCurrent(use)) return null;
  return { ...recorded, decision, entry: await recordVerdict(exchange, principal, decision, recorded.ticket, deps) };
}

function release(exchange: Exchange, principal: Principal, recorded: Recorded) {
  const { decision, entry, ticket } = recorded;
  return {
    decision,
    entry,
    principal: principal.agent,
    fresh: ticket !== null,
    extraHeaders: verdictFields(exchange, decision, entry),
  };
}

/** A client is told when what left is not what it sent. */
function verdictFields(exchange: Exchange, decision: Decision, entry: string): string[] {
  if (decision.substitute === null || exchange.cause !== null) return [];
  const changed = decision.substitute.changed
    .join(', ')
    .replace(/[^ -~]/g, '?')
    .slice(0, 500)
    .replace(/["\\]/g, '\\$&');
  return ['interlock-verdict', `constrain; entry=${entry}; changed="${changed}"`];
}
