// A batch that policy blocks for some of its items: those are taken out, the rest is judged again, and the answers are joined.

import { hostResource } from '../classify/base-facts.ts';
import { proposeSubstitute } from '../classify/propose.ts';
import type { Proposal } from '../classify/proposal.ts';
import type { Judge } from '../decide/judge.ts';
import type { ActionJudgement, Judgement } from '../decide/judgement.ts';
import { enrich, type EnrichDeps } from '../enrich/enrich.ts';
import { InterlockError } from '../errors.ts';
import type { CollectedAnswer } from '../http/collecting-reply.ts';
import { contentCodings, decodeBody } from '../http/content-decoder.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { Batch } from '../providers/batch.ts';
import type { NativeAnswer, Refusal } from '../providers/refusal.ts';
import { plainText } from '../record/plain-text.ts';
import type { Decision, Substitute } from './decision.ts';
import { substituteBody } from './rewrite.ts';

interface PartialDeps extends EnrichDeps {
  readonly judge: Judge;
}

/** Of an upstream's answer, decoded. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** The answer is read, so it must come without a content coding; fields that were true of its bytes are not true of the joined ones. */
const ASKED_FOR_BYTES = new Set(['accept-encoding', 'te', 'range', 'if-range']);
const OF_OLD_BYTES = new Set([
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'etag',
  'trailer',
]);

/**
 * Null: it stays a BLOCK as a whole. Only where the bundle says `partialBatches: true` of the host, for a client's exchange with one
 * reading, and when something is left that policy lets go. What waits for people waits with all that is left; what a constraint would have
 * to change does not go in part.
 */
export async function partialBatch(
  exchange: Exchange,
  principal: Principal,
  proposal: Proposal,
  judgement: Judgement,
  deps: PartialDeps,
): Promise<Decision | null> {
  const batch = batchOf(exchange, proposal, deps);
  const refused = batch === null ? null : refusedItems(batch, judgement.actions);
  if (batch === null || refused === null) return null;
  try {
    const substitute = withoutItems(proposal, batch, refused);
    const revised = await enrich(exchange, principal, proposeSubstitute(substitute.request, substitute.body, proposal), deps);
    const rejudged = deps.judge.judge(principal, revised.actions);
    if (rejudged.verdict === 'BLOCK' || rejudged.constraints.length > 0) return null;
    return {
      verdict: rejudged.verdict === 'WAIT' ? 'WAIT' : 'CONSTRAIN',
      proposal,
      judgement,
      substitute,
      revised,
      rejudged,
      reason: judgement.reason,
      policies: judgement.policies,
    };
  } catch {
    return null; // what can't be taken apart faithfully does not go in part
  }
}

function batchOf(exchange: Exchange, proposal: Proposal, deps: PartialDeps): Batch | null {
  const { request, body, provider, known } = proposal;
  if (provider?.batch === undefined || exchange.cause !== null || body.problem !== null) return null;
  // A claimed method is another reading of the same body, and its actions are no items of this one.
  if (request.claimedMethods.length > 0 || request.upgrade !== null) return null;
  if (!deps.wishes.asksFor(hostResource(request), 'partialBatches')) return null;
  try {
    return provider.batch(request, body, known);
  } catch {
    return null;
  }
}

type Refused = ReadonlyMap<number, readonly ActionJudgement[]>;

/** INVARIANT: an action that belongs to no item, and an item without an action, is nobody's to let go: then all of it is refused. */
function refusedItems(batch: Batch, actions: readonly ActionJudgement[]): Refused | null {
  const claimed = new Set(batch.items.flat());
  const whole = actions.every((_, i) => claimed.has(i)) && [...claimed].every((i) => actions[i] !== undefined);
  if (!whole || batch.items.some((item) => item.length === 0)) return null;
  const refused = new Map<number, readonly ActionJudgement[]>();
  for (const [item, indexes] of batch.items.entries()) {
    const blocked = indexes.map((i) => actions[i]).filter((judged) => judged?.verdict === 'BLOCK');
    if (blocked.length > 0)
      refused.set(
        item,
        blocked.filter((judged) => judged !== undefined),
      );
  }
  return refused.size === 0 || refused.size === batch.items.length ? null : refused;
}

function withoutItems(proposal: Proposal, batch: Batch, refused: Refused): Substitute {
  const edited = batch.without(new Set(refused.keys()));
  const substitute = substituteBody(proposal.request, edited.bytes, changesOf(edited.changed, refused));
  return {
    ...substitute,
    request: { ...substitute.request, headers: substitute.request.headers.without(ASKED_FOR_BYTES) },
    settle: (answer, entry) => joined(batch, answer, refusalsOf(refused, entry)),
  };
}

/** What was taken out, and by which policies: the entry must tell it of each. */
function changesOf(changed: readonly string[], refused: Refused): readonly string[] {
  const why = [...refused].map(([item, judged]) => {
    const policies = [...new Set(judged.flatMap((one) => one.policies))];
    return `item ${item + 1} refused: ${policies.length === 0 ? 'no policy permits it' : policies.join(', ')}`;
  });
  return [...changed, ...why];
}

function refusalsOf(refused: Refused, entry: string): ReadonlyMap<number, Refusal> {
  return new Map(
    [...refused].map(([item, judged]): readonly [number, Refusal] => [
      item,
      {
        kind: 'blocked',
        reason: plainText([...new Set(judged.map((one) => one.reason))].join(' '), 1_000),
        policies: [...new Set(judged.flatMap((one) => one.policies))].toSorted(),
        entry,
        ticket: null,
        status: 403,
        code: 'POLICY_BLOCKED',
      },
    ]),
  );
}

/** An error for all of it (a wrong key, a limit) goes on as it is: then nothing was done that could be told item by item. */
async function joined(batch: Batch, answer: CollectedAnswer, refused: ReadonlyMap<number, Refusal>): Promise<NativeAnswer> {
  const headers = answer.headers.without(OF_OLD_BYTES);
  if (answer.status < 200 || answer.status > 299)
    return { status: answer.status, headers: kept(answer, headers.raw), body: answer.body };
  const codings = contentCodings(answer.headers.all('content-encoding'));
  const decoded = codings === null ? null : await decodeBody(answer.body, codings, MAX_ANSWER_BYTES);
  if (decoded === null || 'problem' in decoded)
    throw new InterlockError('UPSTREAM_PROTOCOL', 'the answer to the rest of the batch can not be read');
  const native = batch.join({ status: answer.status, headers: answer.headers, body: decoded.bytes }, refused);
  const own = new Set(native.headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()));
  return { ...native, headers: [...headers.without(own).raw, ...native.headers] };
}

/** Untouched bytes keep their coding. */
function kept(answer: CollectedAnswer, headers: readonly string[]): readonly string[] {
  return [...headers, ...answer.headers.all('content-encoding').flatMap((coding) => ['content-encoding', coding])];
}
