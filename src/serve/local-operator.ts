// The administrator's use cases on the data folder itself: the gateway runs them behind its socket, the command when no gateway runs.

import type { ShippingStatus } from '../export/shipping-status.ts';
import { once } from 'node:events';
import { InterlockError } from '../errors.ts';
import type { AnchorKeeper } from '../anchor/keeper.ts';
import type { OnMove, TicketBook } from '../approve/tickets.ts';
import type { BudgetBook } from '../budget/budget-book.ts';
import type { AgentRecord, Directory, DirectoryAdmin, UserRecord } from '../identify/directory.ts';
import type { PlanBook } from '../plan/plan-book.ts';
import { planSummary, seenPlan } from '../plan/seen-plan.ts';
import type { BundleChanger } from '../rollout/bundle-changer.ts';
import type { Candidate } from '../rollout/candidate.ts';
import type { ShadowDesk } from '../rollout/shadow-desk.ts';
import type { Entry } from '../record/entry.ts';
import type { OpenLedger } from '../record/chain.ts';
import type { LedgerReader } from '../record/ledger.ts';
import type { BundlePage, BundleQuery } from './bundle-page.ts';
import { agentView, userView } from './directory-view.ts';
import type { LedgerDesk } from './ledger-desk.ts';
import type { ProofDesk } from './proof-desk.ts';
import type { Operator, VerdictPage } from './operator.ts';
import { createStorageDesk } from './storage-desk.ts';
import type { StorageDesk } from './storage-desk.ts';

interface LocalOperatorOptions {
  readonly desk: LedgerDesk;
  readonly proofs: ProofDesk;
  readonly ledger: LedgerReader & Pick<OpenLedger, 'size' | 'verify' | 'keys' | 'rotateKey' | 'archive'>;
  readonly directory: Directory & DirectoryAdmin;
  /** Asked for when first needed: without a gateway it means to load the bundle. */
  readonly tickets: () => Promise<Pick<TicketBook, 'get' | 'list' | 'approve' | 'deny' | 'grants' | 'revokeGrant' | 'watch'>>;
  /** Where agents find the CA. Asked for when first needed. */
  readonly authority: () => Promise<{ readonly caFile: string; readonly caBundleFile: string }>;
  /** Null without a gateway: then there is no traffic to judge beside. */
  /** Null without a gateway. */
  readonly anchors: AnchorKeeper | null;
  /** Null: no gateway runs here. */
  readonly shipping: { readonly states: readonly ShippingStatus[] } | null;
  readonly shadow: { readonly candidate: Candidate; readonly beside: Pick<ShadowDesk, 'counts'> } | null;
  /** Asked for when first needed. */
  readonly plans: () => Promise<Pick<PlanBook, 'list' | 'get' | 'revoke'>>;
  /** Asked for when first needed. */
  readonly budgets: () => Promise<Pick<BudgetBook, 'list'>>;
  /** Asked for when first needed. */
  readonly bundle: () => Promise<BundleChanger & { history(query: BundleQuery): Promise<BundlePage> }>;
  readonly proxyUrl: string;
  /** Runs once, when the operator is disposed of. */
  readonly close: () => Promise<void>;
}

/** Entries read in one go. */
const MAX_TAIL = 10_000;
const MAX_PAGE = 200;

function ledgerUses(
  ledger: LocalOperatorOptions['ledger'],
): StorageDesk & Pick<Operator, 'ledgerKeys' | 'rotateLedgerKey' | 'eraseValues'> {
  return {
    ...createStorageDesk(ledger),
    ledgerKeys: async () => ledger.keys,
    rotateLedgerKey: (request) => ledger.rotateKey(request),
    eraseValues: (request) => ledger.archive.erase(request),
  };
}

export function createLocalOperator(options: LocalOperatorOptions): Operator {
  const { ledger, directory } = options;
  let closing: Promise<void> | null = null;
  return {
    ...options.desk,
    ...options.proofs,
    via: 'local',
    addAgent: async (name, how) => agentAnswer(await directory.addAgent(name, how)),
    rotateAgent: async (name) => agentAnswer(await directory.rotateAgent(name)),
    revokeAgent: async (name) => agentView(await directory.revokeAgent(name)),
    listAgents: async () => directory.agents().map(agentView),
    async openSession(agent) {
      const { caFile, caBundleFile } = await options.authority();
      return { agent, ...(await directory.openSession(agent)), proxyUrl: options.proxyUrl, caFile, caBundleFile };
    },
    addUser: async (name, how) => userAnswer(await directory.addUser(name, how)),
    rotateUser: async (name) => userAnswer(await directory.rotateUser(name)),
    revokeUser: async (name) => userView(await directory.revokeUser(name)),
    listUsers: async () => directory.users().map(userView),
    listTickets: async (filter) => (await options.tickets()).list(filter),
    async showTicket(id) {
      const ticket = (await options.tickets()).get(id);
      if (ticket !== undefined) return ticket;
      throw new InterlockError('TICKET_UNKNOWN', 'there is no such ticket: `interlock tickets list` shows those there are');
    },
    // Holding the socket or the folder is the right to ask, not to approve: that takes an approver's token here too.
    async decideTicket(id, decision, token, { reason = '', ...choice } = {}) {
      const tickets = await options.tickets();
      if (decision === 'approve') return tickets.approve(id, { token }, 'cli', choice);
      return tickets.deny(id, { token }, 'cli', reason);
    },
    watchTickets: async (onMove, signal) => watchTickets(await options.tickets(), onMove, signal),
    listGrants: async () => (await options.tickets()).grants(),
    revokeGrant: async (id) => (await options.tickets()).revokeGrant(id, null, 'cli'),
    listPlans: async (filter) => (await options.plans()).list(filter).toReversed().map(planSummary),
    async showPlan(id) {
      const plan = (await options.plans()).get(id);
      if (plan !== undefined) return seenPlan(plan);
      throw new InterlockError('PLAN_UNKNOWN', 'there is no such plan: `interlock plans list` shows those there are');
    },
    revokePlan: async (id) => seenPlan(await (await options.plans()).revoke(id, 'cli')),
    startShadow: async (policiesDir) => running(options.shadow).candidate.start(policiesDir),
    stopShadow: async () => running(options.shadow).candidate.stop(),
    async showShadow() {
      const { candidate, beside } = running(options.shadow);
      return { candidate: candidate.state, counts: beside.counts };
    },
    listBudgets: async () => (await options.budgets()).list(),
    bundleHistory: async (query) => (await options.bundle()).history(query),
    promoteBundle: async (request) => (await options.bundle()).promote(request),
    rollbackBundle: async (request) => (await options.bundle()).rollback(request),
    refuseBundle: async (request) => (await options.bundle()).refuse(request),
    tailLedger: (count) => ledger.tail(Math.min(Math.max(0, Math.trunc(count)), MAX_TAIL)),
    readVerdicts: (from, count) => readVerdicts(ledger, from, count),
    showEntry: (id) => showEntry(ledger, id),
    verifyLedger: (how) => ledger.verify(how),
    ...outwardUses(options),
    ...ledgerUses(ledger),
    [Symbol.asyncDispose]: () => (closing ??= options.close()),
  };
}

/** What leaves the machine by itself. */
function outwardUses({
  anchors,
  shipping,
}: Pick<LocalOperatorOptions, 'anchors' | 'shipping'>): Pick<Operator, 'anchorLedger' | 'exportStatus'> {
  return { anchorLedger: async () => anchored(anchors).round(), exportStatus: async () => shipped(shipping).states };
}

function anchored(keeper: AnchorKeeper | null): AnchorKeeper {
  if (keeper !== null) return keeper;
  throw new InterlockError('NOT_RUNNING', 'no gateway is running, and only a gateway sends checkpoints out', {
    hint: 'start it with `interlock start`; `interlock ledger verify --write-checkpoint FILE` writes one without',
  });
}

function shipped<T>(shipping: T | null): T {
  if (shipping !== null) return shipping;
  throw new InterlockError('NOT_RUNNING', 'no gateway is running, and only a gateway ships entries', {
    hint: 'start it with `interlock start`; how far each sink was is in dataDir/export',
  });
}

function running<T>(rooms: T | null): T {
  if (rooms !== null) return rooms;
  throw new InterlockError('NOT_RUNNING', 'no gateway is running, so there is no traffic to judge beside', {
    hint: 'start it with `interlock start`',
  });
}

/** Watched before it is listed, in one go: no move falls between. */
async function watchTickets(tickets: Pick<TicketBook, 'list' | 'watch'>, onMove: OnMove, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const stop = tickets.watch(onMove);
  const aborted = once(signal, 'abort');
  try {
    for (const ticket of tickets.list({ state: 'pending' })) onMove(ticket, 'opened');
    await aborted;
  } finally {
    stop();
  }
}

/** A page is small: behind the socket it is read beside traffic. */
async function readVerdicts(ledger: LocalOperatorOptions['ledger'], from: number, count: number): Promise<VerdictPage> {
  const entries: Entry[] = [];
  let next = from;
  for await (const entry of ledger.entries(from, Math.min(count, MAX_PAGE))) {
    next = entry.sequence + 1;
    if (entry.body.type === 'verdict') entries.push(entry);
  }
  const { size } = ledger;
  return { entries, next: next === from || next >= size ? null : next, size };
}

async function showEntry(ledger: LedgerReader, id: string): Promise<Entry> {
  const entry = /^(?:0|[1-9]\d{0,14})$/.test(id) ? await ledger.get(Number(id)) : undefined;
  if (entry !== undefined) return entry;
  throw new InterlockError('NAME_UNKNOWN', 'there is no such entry: an id is the number that `interlock ledger tail` shows');
}

function agentAnswer({ agent, token }: { readonly agent: AgentRecord; readonly token: string }) {
  return { agent: agentView(agent), token };
}

function userAnswer({ user, token }: { readonly user: UserRecord; readonly token: string }) {
  return { user: userView(user), token };
}
