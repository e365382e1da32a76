// What would become of a request, without sending or recording anything: the same classify, enrich and decide as on the wire.

import type { Known } from '../classify/known.ts';
import { propose } from '../classify/propose.ts';
import type { Proposal } from '../classify/proposal.ts';
import type { Judge } from '../decide/judge.ts';
import type { Wishes } from '../decide/wishes.ts';
import { enrich } from '../enrich/enrich.ts';
import { InterlockError } from '../errors.ts';
import type { Exchange } from '../http/exchange.ts';
import { writtenExchange } from '../http/written-exchange.ts';
import type { WrittenRequest } from '../http/written-request.ts';
import type { Principal } from '../identify/principal.ts';
import { decide } from './constrain.ts';
import type { Decision } from './decision.ts';
import type { Originate } from './originate.ts';

export interface Rehearsal {
  /** INVARIANT: equal to the wire's for the same bytes, bundle and principal, where `unknown` is null. */
  readonly decision: Decision;
  /** What could not be found out, because nobody was asked: where a push would land, or a fact that only the vendor knows. */
  readonly unknown: 'landing' | 'look-up' | null;
  /** What was rehearsed: constraints can be tried on it. */
  readonly exchange: Exchange;
}

export interface RehearseDeps {
  readonly judge: Judge;
  /** The judge for all questions about this exchange, where it is not always the same. */
  readonly judgeOf?: ((exchange: Exchange, principal: Principal, proposal: Proposal) => Judge | Promise<Judge>) | undefined;
  readonly wishes: Wishes;
  readonly inspectBytes: number;
  /** What earlier exchanges of this agent taught. */
  readonly known?: Known;
}

/** Throws CLASSIFY_FAILED and MEMORY_EXHAUSTED, as the wire would: there they are a BLOCK. */
export async function rehearse(written: WrittenRequest, principal: Principal, deps: RehearseDeps): Promise<Rehearsal> {
  const { wishes, inspectBytes, known } = deps;
  let asked = false;
  const originate = askingNobody(() => (asked = true));
  const exchange = writtenExchange(written, principal, 'rehearsal');
  const proposal = await enrich(exchange, principal, await propose(exchange, inspectBytes, known), { wishes, originate });
  const lookedUp = asked;
  asked = false;
  const judge = (await deps.judgeOf?.(exchange, principal, proposal)) ?? deps.judge;
  const decision = await decide(exchange, principal, proposal, { judge, wishes, originate });
  if (!asked) return { decision, unknown: lookedUp ? 'look-up' : null, exchange };
  // All that the request itself tells was good enough; the rest is the server's to say, when the request is made.
  const { judgement } = decision;
  return { decision: { ...decision, verdict: judgement.verdict, reason: judgement.reason }, unknown: 'landing', exchange };
}

/** Stands in for the vendor, and tells when it would have been asked. */
export function askingNobody(onAsk: () => void): Originate {
  return () => {
    onAsk();
    return Promise.reject(new InterlockError('CONSTRAINT_FAILED', 'nobody is asked in a rehearsal'));
  };
}
