// From a judgement to a decision: constraints are applied, and what comes out is classified and judged again.

import { proposeSubstitute } from '../classify/propose.ts';
import type { Proposal } from '../classify/proposal.ts';
import type { Judge } from '../decide/judge.ts';
import type { Judgement } from '../decide/judgement.ts';
import { substituteObjection } from '../decide/substitute.ts';
import { enrich, type EnrichDeps } from '../enrich/enrich.ts';
import { InterlockError, toInterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { Decision } from './decision.ts';
import { partialBatch } from './partial-batch.ts';
import { type RewriteDeps, remainingChanges, rewrite } from './rewrite.ts';

interface ConstrainDeps extends RewriteDeps, EnrichDeps {
  readonly judge: Judge;
}

/** Judges a proposal and carries its constraints out on a substitute. A constraint that can't be met is a BLOCK. */
export async function decide(
  exchange: Exchange,
  principal: Principal,
  proposal: Proposal,
  deps: ConstrainDeps,
): Promise<Decision> {
  const judgement = deps.judge.judge(principal, proposal.actions);
  if (judgement.verdict === 'BLOCK')
    return (await partialBatch(exchange, principal, proposal, judgement, deps)) ?? plain(proposal, judgement);
  if (judgement.constraints.length === 0) return plain(proposal, judgement);
  try {
    return await constrained(exchange, principal, proposal, judgement, deps);
  } catch (thrown) {
    const error = toInterlockError(thrown);
    if (error.code !== 'CONSTRAINT_FAILED') throw error;
    return { ...plain(proposal, judgement), verdict: 'BLOCK', reason: error.message };
  }
}

function plain(proposal: Proposal, judgement: Judgement): Decision {
  return {
    verdict: judgement.verdict,
    proposal,
    judgement,
    substitute: null,
    revised: null,
    rejudged: null,
    reason: judgement.reason,
    policies: judgement.policies,
  };
}

async function constrained(
  exchange: Exchange,
  principal: Principal,
  proposal: Proposal,
  judgement: Judgement,
  deps: ConstrainDeps,
): Promise<Decision> {
  const substitute = await rewrite(exchange, principal, proposal, judgement, deps);
  if (substitute.changed.length === 0) {
    // Nothing had to change: what was asked is what is sent, and that it was looked at is on record.
    return { ...plain(proposal, judgement), verdict: judgement.verdict === 'WAIT' ? 'WAIT' : 'ALLOW_LOG' };
  }
  const again = await enrich(exchange, principal, proposeSubstitute(substitute.request, substitute.body, proposal), deps);
  const rejudged = deps.judge.judge(principal, again.actions);
  const objection = substituteObjection(judgement, rejudged, remainingChanges(again, rejudged.constraints));
  if (objection !== null) throw new InterlockError('CONSTRAINT_FAILED', objection);
  return { ...plain(proposal, judgement), substitute, revised: again, rejudged };
}
