// A command line without a gateway behind it: an operator in memory, a terminal that remembers, signals by hand.

import { EventEmitter, once } from 'node:events';
import type { Grant } from '../../src/approve/grant.ts';
import type { Ticket } from '../../src/approve/ticket.ts';
import type { BudgetView } from '../../src/budget/budget-view.ts';
import type { OnMove } from '../../src/approve/tickets.ts';
import type { Cli, RunningGateway } from '../../src/cli/cli.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Config } from '../../src/config/config.ts';
import { InterlockError } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Entry } from '../../src/record/entry.ts';
import type { LedgerStatistics } from '../../src/serve/ledger-desk.ts';
import type { VerifyReport } from '../../src/record/verify-report.ts';
import { NO_PROOFS } from '../support/no-proofs.ts';
import { NO_STORAGE } from '../support/no-storage.ts';
import { fakeBundles } from './fake-bundles.ts';
import { keyUses } from './fake-keys.ts';
import { GOOD_REPORT } from './good-report.ts';
import { readingUses } from './fake-ledger.ts';
import { planUses } from './fake-plan-uses.ts';
import type { BundlePage } from '../../src/serve/bundle-page.ts';
import type { AgentView, Operator, UserView, VerifyOptions } from '../../src/serve/operator.ts';

export interface FakeCli {
  readonly cli: Cli;
  readonly operator: FakeOperator;
  readonly signals: EventEmitter;
  /** Emits `gone` when nobody reads any more. */
  readonly reader: EventEmitter;
  readonly gateway: RunningGateway & { readonly calls: string[] };
  out(): string;
  err(): string;
  /** Runs a command line and gives its exit code. */
  run(...args: string[]): Promise<number>;
  /** What was printed, as JSON. */
  json(): unknown;
}

export interface FakeOperator extends Operator {
  via: 'socket' | 'local';
  readonly agents: AgentView[];
  readonly users: UserView[];
  tickets: Ticket[];
  /** What a watch tells. */
  moves: Parameters<OnMove>[];
  /** The gateway ends while it is watched. */
  gone: boolean;
  grants: Grant[];
  plans: Plan[];
  budgets: BudgetView[];
  bundlePage: BundlePage;
  entries: Entry[];
  statistics: LedgerStatistics;
  report: VerifyReport;
  /** What was asked, in order. */
  readonly calls: unknown[];
  closed: number;
}

export interface FakeOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly errIsTerminal?: boolean;
  readonly startGateway?: (config: Config) => Promise<RunningGateway>;
}

export function fakeCli(options: FakeOptions = {}): FakeCli {
  const operator = fakeOperator();
  const gateway = fakeGateway();
  const signals = new EventEmitter();
  const reader = new EventEmitter();
  let out = '';
  let err = '';
  const cli: Cli = {
    terminal: {
      env: options.env ?? {},
      cwd: options.cwd ?? import.meta.dirname,
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      errIsTerminal: options.errIsTerminal ?? false,
      write: async (text) => {
        out += text;
        return true;
      },
      whenUnread: (onGone) => {
        reader.on('gone', onGone);
        return () => reader.off('gone', onGone);
      },
    },
    signals,
    connect: () => Promise.resolve(operator),
    startGateway: options.startGateway ?? (() => Promise.resolve(gateway)),
    exitCode: 0,
  };
  return {
    cli,
    operator,
    signals,
    reader,
    gateway,
    out: () => out,
    err: () => err,
    run: (...args) => runProgram(args, cli),
    json: () => JSON.parse(out),
  };
}

function fakeGateway(): RunningGateway & { readonly calls: string[] } {
  const calls: string[] = [];
  const called = (name: string): Promise<void> => {
    calls.push(name);
    return Promise.resolve();
  };
  return {
    calls,
    proxyUrl: 'http://127.0.0.1:8080',
    consoleUrl: 'http://127.0.0.1:8081',
    caFile: '/certs/ca.pem',
    reload: () => called('reload'),
    stop: () => called('stop'),
  };
}

const SINCE = '2026-01-01T00:00:00.000Z';

export function agentView(name: string, more: Partial<AgentView> = {}): AgentView {
  return { name, teams: [], user: null, generation: 1, state: 'active', createdAt: SINCE, ...more };
}

function userView(name: string, groups: readonly string[]): UserView {
  return { name, groups, state: 'active', createdAt: SINCE };
}

export function ticketOf(id: string, more: Partial<Ticket> = {}): Ticket {
  return {
    id,
    state: 'pending',
    binding: 'b'.repeat(64),
    agent: 'support-bot',
    user: null,
    session: null,
    actions: [
      {
        action: 'payment.refund',
        resource: { type: 'Account', id: 'acct' },
        verdict: 'WAIT',
        policies: ['large'],
        facts: { amountMinor: 90_000, currency: 'usd' },
      },
    ],
    host: 'api.stripe.com',
    method: 'POST',
    path: '/v1/refunds',
    reason: 'large refunds wait',
    waits: [{ policy: 'large', reason: 'large refunds wait', approvers: ['finance'], quorum: 1 }],
    approvals: [],
    deniedBy: null,
    denial: null,
    createdAt: SINCE,
    expiresAt: '2026-01-02T00:00:00.000Z',
    exchange: 'x1',
    grant: false,
    offers: [],
    edit: null,
    scope: null,
    warning: null,
    idempotency: null,
    outcome: null,
    ...more,
  };
}

function fakeOperator(): FakeOperator {
  const calls: unknown[] = [];
  const agents: AgentView[] = [];
  const users: UserView[] = [];
  const named = <T extends { readonly name: string }>(list: readonly T[], name: string): T => {
    const found = list.find((item) => item.name === name);
    if (found === undefined) throw new InterlockError('NAME_UNKNOWN', `there is no ${name}`);
    return found;
  };
  const operator: FakeOperator = {
    via: 'socket',
    agents,
    users,
    tickets: [],
    moves: [],
    gone: false,
    grants: [],
    plans: [],
    budgets: [],
    bundlePage: { moves: [], inForce: null, next: null },
    entries: [],
    statistics: { buckets: [], actions: [], agents: [], policies: [] },
    report: GOOD_REPORT,
    calls,
    closed: 0,
    async addAgent(name, { teams, user }) {
      if (agents.some((agent) => agent.name === name))
        throw new InterlockError('NAME_TAKEN', `agent ${name} is there already`, { hint: 'rotate it' });
      const agent = agentView(name, { teams, user });
      agents.push(agent);
      return { agent, token: `token-of-${name}` };
    },
    async startShadow(policiesDir) {
      calls.push({ startShadow: policiesDir });
      return { policiesDir, digest: 'd'.repeat(64), policies: 3, error: null };
    },
    ...fakeBundles(calls, () => operator.bundlePage),
    stopShadow: async () => void calls.push('stopShadow'),
    showShadow: async () => ({ candidate: null, counts: { judged: 5, flips: 2, dropped: 1, failed: 0 } }),
    rotateAgent: async (name) => ({ agent: named(agents, name), token: `new-token-of-${name}` }),
    revokeAgent: async (name) => ({ ...named(agents, name), state: 'revoked' }),
    listAgents: async () => agents,
    openSession: async (name) => ({
      agent: named(agents, name).name,
      session: 's1',
      username: `${name}~s1`,
      token: 'session-token',
      proxyUrl: 'http://127.0.0.1:8080',
      caFile: '/certs/ca.pem',
      caBundleFile: '/data/ca-bundle.pem',
    }),
    async addUser(name, { groups }) {
      const user = userView(name, groups);
      users.push(user);
      return { user, token: `token-of-${name}` };
    },
    rotateUser: async (name) => ({ user: named(users, name), token: `new-token-of-${name}` }),
    revokeUser: async (name) => ({ ...named(users, name), state: 'revoked' }),
    listUsers: async () => users,
    listTickets: async (filter) => {
      calls.push(filter);
      return operator.tickets;
    },
    showTicket: async (id) => {
      const found = operator.tickets.find((ticket) => ticket.id === id);
      if (found === undefined) throw new InterlockError('TICKET_UNKNOWN', 'there is no such ticket');
      return found;
    },
    async decideTicket(id, decision, token, said) {
      calls.push(said === undefined ? [id, decision, token] : [id, decision, token, said]);
      if (token === 'wrong') throw new InterlockError('APPROVER_REFUSED', 'this token may not decide this ticket');
      return ticketOf(id, { state: decision === 'approve' ? 'approved' : 'denied' });
    },
    async watchTickets(onMove, signal) {
      for (const [ticket, move] of operator.moves) onMove(ticket, move);
      if (operator.gone) throw new InterlockError('NOT_RUNNING', 'the gateway ended');
      if (!signal.aborted) await once(signal, 'abort');
    },
    ...planUses(() => operator),
    ...NO_PROOFS,
    listGrants: async () => operator.grants,
    listBudgets: async () => operator.budgets,
    revokeGrant: async (id) => {
      calls.push(['revokeGrant', id]);
    },
    tailLedger: async (count) => {
      calls.push(count);
      return operator.entries;
    },
    async readVerdicts(from, count) {
      const page = operator.entries.slice(from, from + Math.min(count, 200));
      const next = from + page.length;
      return {
        entries: page.filter(({ body }) => body.type === 'verdict'),
        next: next < operator.entries.length ? next : null,
        size: operator.entries.length,
      };
    },
    ...readingUses(() => operator),
    ...NO_STORAGE,
    async showEntry(id) {
      const found = operator.entries.find((entry) => String(entry.sequence) === id);
      if (found === undefined) throw new InterlockError('NAME_UNKNOWN', `there is no entry ${id}`);
      return found;
    },
    ...keyUses(calls),
    async verifyLedger(options: VerifyOptions) {
      calls.push(options.kept);
      for (let done = 0; done <= 1000; done += 1) options.onProgress?.(done, 1000);
      return operator.report;
    },
    async [Symbol.asyncDispose]() {
      operator.closed += 1;
    },
  };
  return operator;
}
