// Every plan, whole again after a restart: proposed, accepted, taken step by step, ended. Each move is on disk before anybody acts on it.

import type { Channel, Decider, Fate } from '../approve/ticket.ts';
import type { OpenTicketBook } from '../approve/ticket-book.ts';
import { createKeyedLock } from '../approve/keyed-lock.ts';
import { type Clock, deadlineAt, systemClock } from '../approve/clock.ts';
import type { Action, OwnRecord } from '../classify/action.ts';
import type { Directory } from '../identify/directory.ts';
import type { Principal } from '../identify/principal.ts';
import { doubtedUntil } from '../record/repaired-at.ts';
import type { Ledger, StateStore } from '../record/ledger.ts';
import { untilWritten } from '../record/until-written.ts';
import { createPlanAlarm } from './plan-alarm.ts';
import { closeTicket, endDoubted, endPlan, endPlanAs, settlePlan } from './ending.ts';
import { asksForBinding, lookAt, settleUse, takeStep } from './taking.ts';
import { isOpenPlan, type Plan, type PlanChannel } from './plan.ts';
import { openPlanStore } from './plan-store.ts';
import { propose, type Proposed } from './proposing.ts';
import { triedByPlans } from './tried.ts';
import { inLine, type PlanLimits, type Shelf, type Taking } from './shelf.ts';

export interface PlanBook {
  /**
   * `context.plan` for a request of this session; null without a plan in force. INVARIANT: it says `expected` only for what `take` would take.
   */
  look(principal: Principal, asked: Pick<Taking, 'actions' | 'binding'>): OwnRecord | null;
  /** Is there a step that may be taken now and stands for one exact request? Then the request's binding is worth computing. */
  asksForBinding(principal: Principal, actions: readonly Action[]): boolean;
  /**
   * Takes the step that this request is, if the session's plan allows it now and its approval covers all of `waits`; null otherwise. Atomic, and on
   * disk before this resolves: of two identical requests at once one gets it. Throws RECORD_FAILED.
   */
  take(principal: Principal, taking: Taking): Promise<{ readonly id: string; readonly step: number } | null>;
  /** What became of an exchange that took a step. Never rejects. */
  settle(exchange: string, fate: Fate): Promise<void>;
  /** Throws PLAN_STATE, PLAN_LIMIT, TICKET_LIMIT, RECORD_FAILED. */
  propose(principal: Principal, proposed: Proposed): Promise<Plan>;
  get(id: string): Plan | undefined;
  /** Oldest first. */
  list(filter?: { readonly agent?: string; readonly state?: string }): readonly Plan[];
  /** By its own agent, or by whoever administers Interlock. Throws PLAN_UNKNOWN, and PLAN_STATE for one that has ended. */
  revoke(id: string, channel: PlanChannel): Promise<Plan>;
  /** By an approver of its ticket. Throws APPROVER_REFUSED, on record, for anybody else. */
  revokeAs(id: string, by: Decider, channel: Channel): Promise<Plan>;
  /** Calls back after each move, once it is on disk. Returns how to stop it. */
  watch(onMove: (plan: Plan) => void): () => void;
}

export interface OpenPlanBook extends PlanBook, Disposable {
  close(): void;
}

interface PlanBookOptions {
  readonly ledger: Pick<Ledger, 'append' | 'keyedDigest'> & StateStore;
  readonly tickets: Pick<
    OpenTicketBook,
    'open' | 'get' | 'spendGrant' | 'settle' | 'watch' | 'deciderOf' | 'alsoAsk' | 'withdraw'
  >;
  readonly directory: Pick<Directory, 'user'>;
  readonly limits?: PlanLimits;
  readonly clock?: Clock;
}

const LIMITS: PlanLimits = { plans: 1_000, plansPerAgent: 20 };

/** Throws STORE_CORRUPT. INVARIANT: what was being sent when the process ended is unknown, never given back. */
export async function openPlanBook(options: PlanBookOptions): Promise<OpenPlanBook> {
  const { ledger, tickets, clock = systemClock } = options;
  const watchers = new Set<(plan: Plan) => void>();
  const store = await openPlanStore(ledger);
  const closing = new AbortController();
  const shelf: Shelf = {
    store,
    lock: createKeyedLock(),
    clock,
    deadlines: new Map(),
    tickets,
    standing: (user) => options.directory.user(user)?.state === 'active',
    keyedDigest: (bytes) => ledger.keyedDigest(bytes),
    limits: options.limits ?? LIMITS,
    closing: closing.signal,
    async save(plan, notes) {
      try {
        await store.save(plan, notes);
      } finally {
        if (store.plans.get(plan.id) === plan) tell(watchers, plan);
      }
      return plan;
    },
  };
  const doubted = await doubtedUntil(ledger);
  for (const plan of store.plans.values()) {
    if (isOpenPlan(plan)) await wakeUp(shelf, plan, doubted);
    // The process ended between the two.
    else await closeTicket(shelf, plan, null, 'clock');
  }
  const sweep = async (): Promise<void> => {
    for (const plan of store.plans.values()) if (isOpenPlan(plan)) await inLine(shelf, plan, () => settlePlan(shelf, plan.id));
  };
  const stopWatching = tickets.watch((ticket) => {
    const plan = store.plans.get(ticket.exchange);
    if (plan?.state === 'waiting') void inLine(shelf, plan, () => settlePlan(shelf, plan.id)).catch(() => undefined);
  });
  const stopTelling = tickets.alsoAsk(triedByPlans(store));
  const alarm = createPlanAlarm(shelf, sweep);
  const close = (): void => {
    stopWatching();
    stopTelling();
    alarm.stop();
    closing.abort();
  };
  return { ...bookOf(shelf, watchers), close, [Symbol.dispose]: close };
}

function bookOf(shelf: Shelf, watchers: Set<(plan: Plan) => void>): PlanBook {
  const { store } = shelf;
  return {
    look: (principal, asked) => lookAt(shelf, principal, asked),
    asksForBinding: (principal, actions) => asksForBinding(shelf, principal, actions),
    take: (principal, taking) => takeStep(shelf, principal, taking),
    settle: (exchange, fate) => untilWritten(() => settleUse(shelf, exchange, fate), shelf.closing),
    propose: (principal, proposed) => propose(shelf, principal, proposed),
    get: (id) => store.plans.get(id),
    list: ({ agent, state } = {}) =>
      [...store.plans.values()].filter(
        (plan) => (agent === undefined || plan.agent === agent) && (state === undefined || plan.state === state),
      ),
    revoke: (id, channel) => endPlan(shelf, id, null, channel),
    revokeAs: (id, by, channel) => endPlanAs(shelf, id, by, channel),
    watch(onMove) {
      watchers.add(onMove);
      return () => void watchers.delete(onMove);
    },
  };
}

/** INVARIANT: a plan of before a repair that lost something lets nothing out: which of its steps were taken, nobody knows for certain. */
async function wakeUp(shelf: Shelf, plan: Plan, doubted: number | null): Promise<void> {
  if (plan.state === 'accepted') shelf.deadlines.set(plan.id, deadlineAt(shelf.clock, plan.expiresAt, plan.lifetimeSeconds));
  const lost = plan.uses.filter((use) => use.fate === 'sent');
  const [first, ...rest] = lost.map((use) => ({
    ...({ move: 'unknown', by: null, channel: 'clock', step: use.step, exchange: use.exchange } as const),
    note: 'Interlock stopped while it was sent: it may have taken effect',
  }));
  if (first !== undefined) {
    const uses = plan.uses.map((use) => (use.fate === 'sent' ? { ...use, fate: 'unknown' as const } : use));
    await shelf.save({ ...plan, uses }, [first, ...rest]);
  }
  if (doubted === null || Date.parse(plan.createdAt) > doubted) await settlePlan(shelf, plan.id);
  else await endDoubted(shelf, plan.id);
}

function tell(watchers: Iterable<(plan: Plan) => void>, plan: Plan): void {
  for (const onMove of watchers) {
    try {
      onMove(plan);
    } catch {
      // Whoever watches is never a reason for a plan not to move.
    }
  }
}
