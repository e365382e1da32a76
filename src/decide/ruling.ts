// From determining policies to one verdict: the strictest wins, constraints add up, every matching WAIT must be satisfied.

import type { Action } from '../classify/action.ts';
import type { Constraint } from './constraint.ts';
import type { Answer } from './engine.ts';
import { VERDICTS } from './judgement.ts';
import type { ActionJudgement, Judgement, Verdict, WaitRequirement } from './judgement.ts';
import { sentenceText } from './sentence-text.ts';
import type { Policy } from './policy.ts';
import { fillReason } from './reason.ts';

/** What an answer comes to, before facts are filled into sentences; this is what is memoised. */
export interface Ruling {
  readonly verdict: Verdict;
  readonly policies: readonly string[];
  readonly constraints: readonly Constraint[];
  /** Determining policies with verdict WAIT, when the whole is not a BLOCK. */
  readonly waits: readonly Policy[];
  /** Determining policies whose own verdict is the one that counts. */
  readonly decisive: readonly Policy[];
  readonly errors: readonly string[];
}

export function stricter(a: Verdict, b: Verdict): Verdict {
  return VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b;
}

/** INVARIANT: an answer that is not a clean allow by known permits is a BLOCK. */
export function ruleOn(answer: Answer, known: ReadonlyMap<string, Policy>): Ruling {
  const determining = answer.policies.map((id) => known.get(id)).filter((policy) => policy !== undefined);
  const blocked =
    answer.effect !== 'allow' ||
    answer.errors.length > 0 ||
    determining.length !== answer.policies.length ||
    determining.length === 0;
  const verdict = blocked ? 'BLOCK' : determining.map((policy) => policy.verdict).reduce(stricter, 'ALLOW');
  return {
    verdict,
    policies: answer.policies,
    constraints: verdict === 'BLOCK' ? [] : distinct(determining.flatMap((policy) => policy.constraints)),
    waits: verdict === 'BLOCK' ? [] : determining.filter((policy) => policy.verdict === 'WAIT'),
    decisive: determining.filter((policy) => policy.verdict === verdict),
    errors: answer.errors,
  };
}

function distinct(constraints: readonly Constraint[]): readonly Constraint[] {
  return constraints.length < 2
    ? constraints
    : [...new Map(constraints.map((constraint) => [constraint.name, constraint])).values()];
}

export function judgementOf(ruling: Ruling, action: Action, agent: string): ActionJudgement {
  const waits = ruling.waits.map((policy) => ({
    policy: policy.id,
    reason: fillReason(policy.reason, action, agent),
    approvers: policy.approvers,
    quorum: policy.quorum,
    ...(policy.grant === null ? {} : { grant: policy.grant }),
    ...(policy.covers === null ? {} : { covers: policy.covers }),
  }));
  const offers = distinct(ruling.waits.flatMap((policy) => policy.offers));
  const { verdict, policies, constraints, errors } = ruling;
  return { action, verdict, policies, constraints, waits, offers, reason: reasonOf(ruling, action, agent), errors };
}

function reasonOf(ruling: Ruling, action: Action, agent: string): string {
  const [first, ...rest] = ruling.decisive;
  if (first !== undefined && rest.length === 0) return fillReason(first.reason, action, agent);
  if (first !== undefined)
    return [...new Set(ruling.decisive.map((policy) => fillReason(policy.reason, action, agent)))].join(' ');
  const error = ruling.errors[0];
  if (error !== undefined) return `${action.name} could not be judged, so it is blocked: ${sentenceText(error, 300)}`;
  return `No policy permits ${action.name} on ${sentenceText(action.resource.id, 160)}.`;
}

/** Several actions in one exchange: the strictest counts for the whole, and nothing that any of them asks for is lost. */
export function combine(bundle: string, actions: readonly ActionJudgement[]): Judgement {
  const only = actions[0];
  if (actions.length === 1 && only !== undefined) {
    const { verdict, reason, policies, constraints, waits, offers } = only;
    return { verdict, bundle, actions, reason, policies, constraints, waits, offers };
  }
  const verdict = actions.length === 0 ? 'BLOCK' : actions.map((judged) => judged.verdict).reduce(stricter);
  const strictest = actions.find((judged) => judged.verdict === verdict);
  const goes = verdict !== 'BLOCK';
  return {
    verdict,
    bundle,
    actions,
    reason: strictest?.reason ?? 'No action was recognised, so nothing could be judged.',
    policies: [...new Set(actions.flatMap((judged) => judged.policies))].toSorted(),
    constraints: goes ? distinct(actions.flatMap((judged) => judged.constraints)) : [],
    waits: goes ? distinctWaits(actions.flatMap((judged) => judged.waits)) : [],
    offers: goes ? distinct(actions.flatMap((judged) => judged.offers)) : [],
  };
}

/** One approval satisfies a policy for all actions of the exchange. */
function distinctWaits(waits: readonly WaitRequirement[]): WaitRequirement[] {
  const byPolicy = new Map<string, WaitRequirement>();
  for (const wait of waits) if (!byPolicy.has(wait.policy)) byPolicy.set(wait.policy, wait);
  return [...byPolicy.values()];
}
