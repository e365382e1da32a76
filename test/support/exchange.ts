// An exchange by hand, for tests of what comes after the protocol layers.

import type { BudgetBook } from '../../src/budget/budget-book.ts';
import type { TicketBook } from '../../src/approve/tickets.ts';
import { Readable } from 'node:stream';
import { NOTHING_KNOWN } from '../../src/classify/known.ts';
import type { Proposal } from '../../src/classify/proposal.ts';
import type { Judgement, Verdict } from '../../src/decide/judgement.ts';
import type { Decision } from '../../src/enforce/decision.ts';
import type { ParkDeps } from '../../src/enforce/park.ts';
import type { EnrichDeps } from '../../src/enrich/enrich.ts';
import { collectingReply, type CollectingReply } from '../../src/http/collecting-reply.ts';
import type { Exchange } from '../../src/http/exchange.ts';
import { NO_BODY } from '../../src/http/inspected-body.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { RequestBody } from '../../src/http/request-body.ts';
import type { Principal } from '../../src/identify/principal.ts';
import type { ReadingDeps } from '../../src/session/reading.ts';
import { requestView, type ViewOptions } from './request-view.ts';

export const PRINCIPAL: Principal = { agent: 'bot', teams: ['support'], user: null, session: 's1', provedBy: 'token' };

export interface HandMade extends Exchange {
  readonly reply: CollectingReply;
}

export function handMade(method: string, target: string, body = '', options: ViewOptions = {}): HandMade {
  const bytes = Buffer.from(body);
  const source = {
    stream: Readable.from([bytes], { objectMode: false }),
    declaredBytes: bytes.length,
    encodings: [],
    invite: null,
  };
  return {
    id: 'x1',
    request: requestView(method, target, { hasBody: bytes.length > 0, ...options }),
    body: new RequestBody(bytes.length > 0 ? source : null, createMemoryBudget(1_000_000)),
    reply: collectingReply(1_000_000),
    identify: () => PRINCIPAL,
    fault: null,
    cause: null,
    source: '127.0.0.1',
    startedMs: performance.now(),
  };
}

export function proposalOf(exchange: Exchange, parts: Partial<Proposal> = {}): Proposal {
  const { host } = exchange.request.authority;
  const action = {
    name: 'http.write',
    resource: { type: 'Host', id: host },
    parents: [],
    facts: { host, path: exchange.request.path, inspected: true },
  };
  return {
    request: exchange.request,
    provider: null,
    body: NO_BODY,
    actions: [action],
    known: NOTHING_KNOWN,
    lookedUp: false,
    ...parts,
  };
}

export function judgementOf(verdict: Verdict, proposal: Proposal, parts: Partial<Judgement> = {}): Judgement {
  const actions = proposal.actions.map((action) => ({
    action,
    verdict,
    policies: parts.policies ?? ['p1'],
    reason: 'because',
    constraints: [],
    waits: [],
    offers: [],
    errors: [],
  }));
  return {
    verdict,
    bundle: 'digest',
    actions,
    reason: 'because',
    policies: ['p1'],
    constraints: [],
    waits: [],
    offers: [],
    ...parts,
  };
}

/** A bundle without budgets. */
export const NO_BUDGETS: BudgetBook = {
  measure: (charges) => ({ charges, values: [] }),
  isCurrent: () => true,
  reserve: () => ({ state: [], undo: () => undefined }),
  settle: () => null,
  list: () => [],
};

/** Nobody remembers what was read. */
export const NO_TAINT: ReadingDeps = { taint: { read: () => ({ state: [], written: () => undefined }) } };

/** For rooms that ask nothing of the vendor and nothing of the bundle's entities, and where nobody remembers what was read or announced. */
export const NO_WISHES: EnrichDeps & ReadingDeps & Pick<ParkDeps, 'announcements'> = {
  ...NO_TAINT,
  announcements: { approvedFor: () => null },
  wishes: { asksFor: () => false },
  originate: () => Promise.reject(new Error('not asked for here')),
};

/** A ticket book without any grant. */
export const NO_GRANTS: Pick<
  TicketBook,
  'useStanding' | 'useCall' | 'mayUseCall' | 'isOpen' | 'isUnsettled' | 'openOf' | 'mayStand' | 'grants' | 'revokeGrant'
> = {
  useStanding: () => Promise.resolve(null),
  useCall: () => Promise.resolve(null),
  mayUseCall: () => false,
  isOpen: () => false,
  isUnsettled: () => false,
  openOf: () => undefined,
  mayStand: () => false,
  grants: () => [],
  revokeGrant: () => Promise.resolve(),
};

export function decisionOf(verdict: Verdict, proposal: Proposal, parts: Partial<Decision> = {}): Decision {
  return {
    verdict,
    proposal,
    judgement: judgementOf(verdict, proposal),
    substitute: null,
    revised: null,
    rejudged: null,
    reason: 'because',
    policies: ['p1'],
    ...parts,
  };
}
