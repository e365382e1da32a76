// The stages of one exchange, put together from the rooms. pipeline.ts says in which order they run.

import type { Fate, Ticket } from './approve/ticket.ts';
import { budgetFateOf } from './budget/budget-fate.ts';
import type { Known } from './classify/known.ts';
import { propose } from './classify/propose.ts';
import type { Enforcement } from './config/config.ts';
import type { Judge } from './decide/judge.ts';
import { decide } from './enforce/constrain.ts';
import type { Decision } from './enforce/decision.ts';
import { pinBody } from './enforce/idempotency.ts';
import { unenforcedJudge } from './enforce/monitor.ts';
import { editChosen, type Judged } from './enforce/offer.ts';
import { askAgain, holdUntilDecided } from './enforce/park.ts';
import type { Refuser } from './enforce/refuser.ts';
import { reserveApproved } from './enforce/reserve-approved.ts';
import { untilSettled, useOf } from './enforce/within-budget.ts';
import { enrich } from './enrich/enrich.ts';
import { InterlockError } from './errors.ts';
import type { Upstream } from './forward/outgoing.ts';
import { send } from './forward/send.ts';
import type { Exchange } from './http/exchange.ts';
import type { Principal } from './identify/principal.ts';
import { observe, type ObserveDeps } from './observe/observe.ts';
import type { Recorded, Stages } from './pipeline.ts';
import { recordBeside, type RecordDeps, recordVerdict } from './record-stage.ts';
import { recordUnenforced } from './record-unenforced.ts';
import { outcomeBody } from './record/verdict-entry.ts';
import type { Sent } from './forward/relay.ts';
import type { MessageGate } from './http/message-gate.ts';

/** What metrics and logs are told; never a reason to wait. */
interface Observer {
  decided(exchange: Exchange, principal: Principal, decision: Decision, decisionMs: number): void;
  leaving(exchange: Exchange, recorded: Recorded): void;
  finished(exchange: Exchange, recorded: Recorded, sent: Sent): void;
}

interface StageDeps extends RecordDeps, ObserveDeps {
  readonly upstream: Upstream;
  readonly refuser: Refuser;
  readonly observer: Observer;
  readonly enforcement: Enforcement;
  /** Who judges the messages of an upgrade; null when nobody does. Throws CLASSIFY_FAILED. */
  readonly messageGate: (exchange: Exchange, known: Known) => MessageGate | null;
}

export function createStages(deps: StageDeps): Stages {
  const { ledger, observer } = deps;
  /** Of exchanges that another judge than everybody's is asked about: those of a plan. */
  const judges = new WeakMap<Exchange, Judge>();
  /** Of these something may have left. */
  const leaving = new WeakSet<Exchange>();
  const asking = (exchange: Exchange): StageDeps => {
    const own = judges.get(exchange);
    return own === undefined ? deps : { ...deps, judge: own };
  };
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
      const judge = await deps.lens.judgeOf(exchange, principal, proposal);
      if (judge !== deps.judge) judges.set(exchange, judge);
      const decision = await decide(exchange, principal, proposal, asking(exchange));
      observer.decided(exchange, principal, decision, performance.now() - startedMs);
      return decision;
    },

    record: (exchange, principal, decision) =>
      deps.enforcement === 'monitor'
        ? recordUnenforced(exchange, principal, decision, asking(exchange))
        : recordBeside(exchange, principal, decision, asking(exchange)),

    enforce: (exchange, principal, recorded) => enforce(exchange, principal, recorded, asking(exchange)),

    forward(exchange, principal, recorded, watch) {
      leaving.add(exchange);
      observer.leaving(exchange, recorded);
      const gate =
        exchange.request.upgrade === null ? null : deps.messageGate(exchange, deps.recall.of(principal, exchange.request));
      // What goes by another request's ticket is a request of its own: under the ticket's key the vendor would take it for a repeat.
      const keyed = recorded.scoped ? null : recorded.ticket;
      const pinned = keyed === null ? null : (deps.tickets.get(keyed)?.idempotency ?? null);
      const decision = pinBody(recorded.decision, exchange.request, pinned);
      return send(exchange, { ...release(exchange, principal, recorded, decision), pinned, watch, gate }, deps.upstream);
    },

    observe(exchange, principal, recorded) {
      const asked = deps.enforcement === 'monitor' ? { ...deps, judge: unenforcedJudge(deps.judge) } : deps;
      return observe(exchange, principal, recorded.decision, asked);
    },

    recordOutcome(exchange, recorded, sent) {
      ledger.note(outcomeBody(exchange, recorded.entry, sent, ledger.keyedDigest));
      deps.lens.over(exchange.id, sent.result !== 'failed');
      settleBudgets(exchange, budgetFateOf(sent, recorded.decision.proposal.provider), deps);
      if (recorded.plan !== null) void deps.lens.settle(exchange.id, fateOf(exchange, sent));
      if (recorded.ticket !== null) void deps.tickets.settle(recorded.ticket, exchange.id, fateOf(exchange, sent));
      observer.finished(exchange, recorded, sent);
    },

    async refuse(exchange, progress, error) {
      // It may have begun to leave; what surely did not was never reserved, or told so by its outcome.
      settleBudgets(exchange, 'spent', deps);
      // An approval is not lost for want of memory, or of a disk, in the moment of its use.
      const unsent = error.code === 'MEMORY_EXHAUSTED' || (error.code === 'RECORD_FAILED' && !leaving.has(exchange));
      if (!progress.finished) settleRefused(exchange, progress.recorded, { unsent, left: leaving.has(exchange) }, deps);
      await deps.refuser.refuse(exchange, progress, error);
    },
  };
}

/**
 * An error of the upstream's own (5xx) tells nothing about what it did before: Stripe's documentation calls it indeterminate. A model's call
 * has no answer: it is handed over, or it is not.
 */
function fateOf({ toolCall }: Exchange, { result, status }: Sent): Fate {
  if (result === 'failed') return 'unsent';
  if (toolCall === true && result === 'sent') return 'confirmed';
  return result === 'unknown' || status === null || status >= 500 ? 'unknown' : 'confirmed';
}

/** Nobody waits for it: what could not be written when the process ends stays spent. */
function settleBudgets(exchange: Exchange, fate: 'spent' | 'returned', { budgets, ledger }: StageDeps): void {
  const settled = budgets.settle(exchange.id, fate);
  if (settled === null) return;
  const body = { type: 'budget', move: 'returned', exchange: exchange.id, budgets: settled.budgets, used: [] } as const;
  ledger.note(body, settled.state);
}

function settleRefused(
  exchange: Exchange,
  recorded: Recorded | null,
  { unsent, left }: { readonly unsent: boolean; readonly left: boolean },
  { lens, tickets }: StageDeps,
): void {
  lens.over(exchange.id, left);
  if (recorded === null) return;
  const fate = unsent ? 'unsent' : 'refused';
  if (recorded.plan !== null) void lens.settle(exchange.id, fate);
  if (recorded.ticket !== null) void tickets.settle(recorded.ticket, exchange.id, fate);
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
      // Its plan was approved, step by step, and this is the step.
      if (recorded.plan !== null) return recorded;
      if (ticket === null)
        throw new InterlockError('POLICY_BLOCKED', `this request of Interlock's own would need approval: ${decision.reason}`);
      const asker = mustWait ? await holdUntilDecided(exchange, decision, ticket, deps) : principal;
      const released = await untilSettled(async () => {
        const judged = await askAgain(exchange, asker, { decision, ticket, scoped }, deps);
        if (judged.ticket.edit !== null) return recordEdit(exchange, asker, recorded, judged, deps);
        return (await reserveApproved(exchange, judged.judgement, deps)) ? recorded : null;
      });
      // People let it go by itself: it is the plan's step all the same.
      return { ...released, plan: await deps.lens.take(exchange, asker, decision, []) };
    }
  }
}

/**
 * Null when another exchange got ahead, another bundle came into force, or an approver is none any more: making the edit may take look-ups.
 * INVARIANT: what approvers chose instead is a verdict of its own, written before it leaves.
 */
async function recordEdit(
  exchange: Exchange,
  principal: Principal,
  recorded: Recorded,
  judged: Judged & { readonly ticket: Ticket },
  deps: StageDeps,
): Promise<Recorded | null> {
  const decision = await editChosen(exchange, principal, judged, judged.ticket, deps);
  const use = useOf(decision);
  const { judgement, ticket } = judged;
  if ((decision.rejudged ?? judgement).bundle !== deps.judge.bundle || judgement.bundle !== deps.judge.bundle) return null;
  if (!deps.tickets.covers(ticket, judgement.waits) || (use !== null && !deps.budgets.isCurrent(use))) return null;
  exchange.identify();
  return { ...recorded, decision, entry: await recordVerdict(exchange, principal, decision, recorded, deps) };
}

function release(exchange: Exchange, principal: Principal, { entry, ticket, plan }: Recorded, decision: Decision) {
  return {
    decision,
    entry,
    principal: principal.agent,
    fresh: ticket !== null || (plan !== null && decision.verdict === 'WAIT'),
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
