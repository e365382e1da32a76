// The observe stage: what a provider wants of an answer, settled before it comes, so that no byte of it passes unwatched.

import type { Judge } from '../decide/judge.ts';
import type { Decision } from '../enforce/decision.ts';
import type { Exchange } from '../http/exchange.ts';
import type { MemoryBudget } from '../http/memory-budget.ts';
import type { Principal } from '../identify/principal.ts';
import type { CallsObservation, Observation, RewriteAids, RewriteObservation } from '../providers/observation.ts';
import type { Memory, Recall } from '../recall/recall.ts';
import { answerCopy } from './answer-copy.ts';
import { type CallGate, callSluice } from './call-sluice.ts';
import { copyingReply } from './copying-reply.ts';
import { readableCodings, wholeAnswer } from './readable-answer.ts';
import { type RewritingReply, rewritingReply } from './rewriting-reply.ts';
import { turns } from './turns.ts';
import type { Watch } from './watch.ts';

export interface ObserveDeps {
  readonly judge: Judge;
  readonly recall: Recall;
  /** What copies of answers and answers held back take, together with request bodies. */
  readonly budget: MemoryBudget;
  /** Who judges the calls in a model's answer; null when nobody does. */
  readonly callGate: (exchange: Exchange) => CallGate | null;
}

/** Null for nearly every exchange. Throws what the provider throws: an answer that should be filtered does not pass because of that. */
export function observe(exchange: Exchange, principal: Principal, decision: Decision, deps: ObserveDeps): Watch | null {
  const { provider, request } = decision.revised ?? decision.proposal;
  if (provider?.observe === undefined || exchange.cause !== null || request.upgrade !== null) return null;
  const observation = observationOf(decision);
  if (observation === null) return null;
  const memory = deps.recall.of(principal, exchange.request);
  const bodyless = (status: number): boolean => request.method === 'HEAD' || status === 204 || status === 304;
  if (observation.kind !== 'copy') {
    const rewriter = observation.kind === 'rewrite' ? observation : callsOf(exchange, observation, deps);
    if (rewriter === null) return null;
    const aids = aidsOf(principal, memory, deps.judge);
    return rewriteWatch((reply) => rewritingReply(reply, { observation: rewriter, aids, bodyless, budget: deps.budget }));
  }
  const reading = memory.watching(observation.beforehand ?? []);
  return {
    fields: readableCodings,
    before: (reply) =>
      copyingReply(
        reply,
        answerCopy(observation, deps.budget, (learnt) => void reading.learn(learnt)),
        bodyless,
      ),
    ended(result) {
      if (result === 'failed') reading.undone();
      return Promise.resolve(null);
    },
  };
}

/** Null: the bundle in force says nothing of a model's calls. */
function callsOf(exchange: Exchange, observation: CallsObservation, deps: ObserveDeps): RewriteObservation | null {
  const gate = deps.callGate(exchange);
  return gate === null ? null : callSluice(observation, gate);
}

/** Servers differ on whose method they believe (threat C15), so an answer is watched if it would be under any that is claimed. */
function observationOf(decision: Decision): Observation | null {
  const { provider, request, body, actions } = decision.revised ?? decision.proposal;
  for (const method of [request.method, ...request.claimedMethods]) {
    const view = method === request.method ? request : { ...request, method };
    const observation = provider?.observe?.(view, body, actions) ?? null;
    if (observation !== null) return observation;
  }
  return null;
}

function rewriteWatch(before: (reply: Parameters<Watch['before']>[0]) => RewritingReply): Watch {
  let rewriting: RewritingReply | null = null;
  return {
    fields: (headers) => wholeAnswer(readableCodings(headers)),
    before(reply) {
      rewriting = before(reply);
      return rewriting;
    },
    ended: () => rewriting?.ended() ?? Promise.resolve(null),
  };
}

/** One for all exchanges: what they share is the event loop. */
const turn = turns();

function aidsOf(principal: Principal, memory: Memory, judge: Judge): RewriteAids {
  return {
    say: () => undefined, // until there is a reply to say it to
    async mayDo(action, unasked = false) {
      await turn();
      const { verdict } = judge.judge(principal, [action]);
      return verdict !== 'BLOCK' && !(unasked && verdict === 'WAIT');
    },
    learn: (learnt) => memory.learn(learnt),
    find: (kind, id) => memory.find(kind, id),
  };
}
