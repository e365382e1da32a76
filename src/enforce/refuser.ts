// Answers an exchange that does not go out, and sees to it that the refusal is on record first.

import { PROXY_AUTHENTICATE } from '../connection/early-refusal.ts';
import { type ErrorCode, InterlockError, statusOf } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { NO_BODY } from '../http/inspected-body.ts';
import { answer } from '../http/reply.ts';
import type { Progress } from '../pipeline.ts';
import type { Refusal } from '../providers/refusal.ts';
import type { Ledger } from '../record/ledger.ts';
import { plainText } from '../record/plain-text.ts';
import { faultBody, outcomeBody } from '../record/verdict-entry.ts';
import { refusalAnswer } from './refuse.ts';
import { refusingPolicies } from './refusing-policies.ts';

export interface Refuser {
  /** Never throws. */
  refuse(exchange: Exchange, progress: Progress, error: InterlockError): Promise<void>;
}

interface RefuserDeps {
  readonly ledger: Ledger;
  readonly tally: (source: string, code: ErrorCode, sample: string) => void;
  readonly onRefused: (exchange: Exchange, progress: Progress, error: InterlockError) => void;
}

/** An unwanted body is read away up to here, so that clients which write before they read hear the answer (E30). */
const DRAINED_BYTES = 256 * 1024 * 1024;

export function createRefuser(deps: RefuserDeps): Refuser {
  return {
    async refuse(exchange, progress, error) {
      deps.onRefused(exchange, progress, error);
      let told = error;
      let entry: string | null = null;
      try {
        entry = await entryOf(exchange, progress, error, deps);
      } catch {
        // INVARIANT: what can't be recorded is refused with 503, whatever the verdict would have been.
        told = new InterlockError('RECORD_FAILED', 'the ledger can not be written, so nothing is forwarded', {
          hint: 'ask the operator',
        });
      }
      try {
        answerRefused(exchange, progress, told, entry);
      } catch {
        exchange.reply.abort();
      }
      if (progress.recorded !== null && !progress.finished) noteRefused(exchange, progress.recorded.entry, error, deps.ledger);
    },
  };
}

/** The entry that tells of this refusal: the verdict's own, or a new one when the refusal is more than the verdict said. */
async function entryOf(exchange: Exchange, progress: Progress, error: InterlockError, deps: RefuserDeps): Promise<string | null> {
  if (error.code === 'RECORD_FAILED') throw error;
  if (error.code === 'IDENTITY_REQUIRED' || error.code === 'IDENTITY_REJECTED') {
    deps.tally(exchange.source, error.code, error.message);
    return null;
  }
  const { recorded } = progress;
  if (recorded !== null && !contradicts(error.code, recorded.decision.verdict)) return recorded.entry;
  const body = faultBody(exchange, progress.principal, progress.proposal, error, deps.ledger.keyedDigest);
  return (await deps.ledger.append(body, 'synced')).entry;
}

/** Every verdict has an outcome, also when nothing left. */
function noteRefused(exchange: Exchange, entry: string, error: InterlockError, ledger: Ledger): void {
  const nothing = { requestBytes: 0, responseBytes: 0, requestDigest: null, responseDigest: null, error };
  const outcome = outcomeBody(
    exchange,
    entry,
    { result: 'failed', status: statusOf(error.code), ...nothing },
    ledger.keyedDigest,
  );
  ledger.note({ ...outcome, result: 'refused' });
}

/** The record said that it may go, and then it did not: the address guard, policy asked again after a wait, a body changed meanwhile. */
function contradicts(code: ErrorCode, verdict: string): boolean {
  if (code === 'ADDRESS_DENIED' || code === 'BODY_LOST') return true;
  return code === 'POLICY_BLOCKED' && verdict !== 'BLOCK';
}

function answerRefused(exchange: Exchange, progress: Progress, error: InterlockError, entry: string | null): void {
  if (exchange.reply.headSent) {
    exchange.reply.abort();
    return;
  }
  const refused = {
    request: exchange.request,
    provider: progress.proposal?.provider ?? null,
    body: progress.proposal?.body ?? NO_BODY,
  };
  const native = refusalAnswer(refused, refusalOf(progress, error, entry));
  const extra = [...(statusOf(error.code) === 407 ? PROXY_AUTHENTICATE : []), ...closing(exchange)];
  answer(exchange.reply, native.status, [...native.headers, ...extra], native.body);
  exchange.body.discard(DRAINED_BYTES);
}

/** A body that was never asked for would be read as the next request: the connection ends with this answer. */
function closing(exchange: Exchange): string[] {
  return exchange.body.complete ? [] : ['connection', 'close'];
}

/** No policy's doing, as are failures on the way. CLASSIFY_FAILED after a verdict: the answer could not be read. */
const NOBODYS: ReadonlySet<ErrorCode> = new Set(['ADDRESS_DENIED', 'BODY_LOST', 'CLASSIFY_FAILED']);

function refusalOf(progress: Progress, error: InterlockError, entry: string | null): Refusal {
  const kind = kindOf(error.code);
  const decision = progress.recorded?.decision;
  return {
    kind,
    reason: plainText(error.message, 1_000),
    policies: kind === 'failed' || NOBODYS.has(error.code) || decision === undefined ? [] : refusingPolicies(decision),
    entry,
    ticket: progress.recorded?.ticket ?? null,
    status: statusOf(error.code),
    code: error.code,
  };
}

function kindOf(code: ErrorCode): Refusal['kind'] {
  switch (code) {
    case 'POLICY_BLOCKED':
    case 'CONSTRAINT_FAILED':
    case 'CLASSIFY_FAILED':
    case 'DECIDE_FAILED':
    case 'TICKET_LIMIT':
    case 'BODY_LOST':
    case 'ADDRESS_DENIED':
    case 'PORT_DENIED':
      return 'blocked';
    case 'TICKET_PENDING':
    case 'BODY_UNKEPT':
      return 'pending';
    case 'TICKET_DENIED':
      return 'denied';
    default:
      return 'failed';
  }
}
