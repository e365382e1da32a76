// Turns an exchange and its decision into the entry that is written before anything leaves.

import type { Proposal } from '../classify/proposal.ts';
import type { Judgement, Verdict } from '../decide/judgement.ts';
import { flatRecords } from '../decide/own-records.ts';
import type { Decision } from '../enforce/decision.ts';
import type { InterlockError } from '../errors.ts';
import type { Sent } from '../forward/relay.ts';
import type { Exchange } from '../http/exchange.ts';
import type { RequestView } from '../http/request-view.ts';
import type { Principal } from '../identify/principal.ts';
import type { OutcomeBody, RecordedAction, VerdictBody } from './entry.ts';
import type { Durability, Ledger } from './ledger.ts';
import { maskAddress, maskPath, recordedQuery } from './url-privacy.ts';

/** ALLOW_LOG keeps these request fields: they describe a client, they don't authenticate it. */
const LOGGED_FIELDS = ['user-agent', 'content-type', 'content-length', 'accept', 'referer'];

type Digest = Ledger['keyedDigest'];

/** The entry of a decision. `ticket` is the one that waits or was spent for it, `plan` the step that it took. */
export function verdictBody(
  exchange: Exchange,
  principal: Principal,
  decision: Decision,
  ticket: string | null,
  digest: Digest,
  plan: VerdictBody['plan'] | null = null,
): VerdictBody {
  const { proposal, judgement } = decision;
  return {
    type: 'verdict',
    exchange: exchange.id,
    cause: exchange.cause,
    ...numbered(exchange.request),
    agent: principal.agent,
    user: principal.user,
    session: principal.session,
    verdict: decision.verdict,
    actions: recordedActions(judgement, digest),
    bundle: judgement.bundle,
    policies: decision.policies,
    reason: decision.reason,
    code: null,
    constraints: judgement.constraints.map((constraint) => constraint.name),
    changed: decision.substitute?.changed ?? [],
    substitute: decision.rejudged === null ? [] : recordedActions(decision.rejudged, digest),
    ticket,
    ...(plan === null || plan === undefined ? {} : { plan }),
    headDigest: headDigest(exchange.request, digest),
    bodyDigest: proposal.body.bytes.length === 0 ? null : digest(proposal.body.bytes),
    query: recordedQuery(exchange.request.query, digest),
    headers: decision.verdict === 'ALLOW_LOG' ? loggedFields(exchange.request, digest) : null,
  };
}

/** Absent for nearly all requests. */
function numbered({ agentSequence }: RequestView): Pick<VerdictBody, 'agentSequence'> {
  return agentSequence === null ? {} : { agentSequence };
}

/** The entry of a refusal by Interlock itself: something was wrong before, beside or after the policies' word. */
export function faultBody(
  exchange: Exchange,
  principal: Principal | null,
  proposal: Proposal | null,
  error: InterlockError,
  digest: Digest,
): VerdictBody {
  const { request } = exchange;
  return {
    type: 'verdict',
    exchange: exchange.id,
    cause: exchange.cause,
    ...numbered(exchange.request),
    agent: principal?.agent ?? null,
    user: principal?.user ?? null,
    session: principal?.session ?? null,
    verdict: 'BLOCK',
    actions: (proposal?.actions ?? []).map((action) => ({
      action: action.name,
      resource: action.resource,
      verdict: 'BLOCK',
      policies: [],
      facts: { ...action.facts, path: maskPath(request.path, digest) },
    })),
    bundle: null,
    policies: [],
    reason: `${request.authority.host}: ${error.message}`,
    code: error.code,
    constraints: [],
    changed: [],
    substitute: [],
    ticket: null,
    headDigest: headDigest(request, digest),
    bodyDigest: null,
    query: recordedQuery(request.query, digest),
    headers: null,
  };
}

export function outcomeBody(exchange: Exchange, entry: string, sent: Sent, digest: Digest): OutcomeBody {
  return {
    type: 'outcome',
    exchange: exchange.id,
    verdictEntry: entry,
    result: sent.result,
    status: sent.status,
    requestBytes: sent.requestBytes,
    responseBytes: sent.responseBytes,
    durationMs: Math.round(performance.now() - exchange.startedMs),
    requestDigest: sent.requestDigest === null ? null : digest(sent.requestDigest),
    responseDigest: sent.responseDigest === null ? null : digest(sent.responseDigest),
    error: sent.error === null ? null : `${sent.error.code}: ${sent.error.message}`,
  };
}

/** Writes and everything but a plain ALLOW survive a power cut; a read that was let through may be lost with it (design). */
export function durabilityOf(verdict: Verdict, judgement: Judgement): Durability {
  if (verdict !== 'ALLOW') return 'synced';
  return judgement.actions.every((judged) => judged.action.name === 'http.read') ? 'written' : 'synced';
}

export function recordedActions(judgement: Judgement, digest: Digest): RecordedAction[] {
  return judgement.actions.map(({ action, verdict, policies }) => ({
    action: action.name,
    resource: action.resource,
    verdict,
    policies,
    facts: {
      ...action.facts,
      ...(typeof action.facts['path'] === 'string' ? { path: maskPath(action.facts['path'], digest) } : {}),
      ...flatRecords(action.own),
    },
  }));
}

/** Of one request and no other, as far as anybody can tell who reads the ledger. */
export function headDigest(request: RequestView, digest: Digest): string {
  return digest(`${request.method} ${request.scheme} ${request.target}\n${request.headers.raw.join('\n')}`);
}

function loggedFields(request: RequestView, digest: Digest): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const name of LOGGED_FIELDS) {
    const value = request.headers.get(name);
    // A page's address may hold a token, and browsers and libraries hand it on.
    if (value !== undefined) fields[name] = (name === 'referer' ? maskAddress(value, digest) : value).slice(0, 256);
  }
  return fields;
}
