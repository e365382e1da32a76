// Why one action came out as it did: every policy that can apply to it, and each part of its condition with the engine's own answer.

import type { Action } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { BundleJudge } from './bundle-judge.ts';
import type { Bundle } from './bundle.ts';
import { type EngineInstance, type Matching, openInstance, type PolicyTexts, type Question } from './engine.ts';
import { createEntityBook, type Groups } from './entity-book.ts';
import { type DissectedPart, type DissectedPolicy, dissect } from './explanation-parts.ts';
import { type Outcome, settle, type SettledPart } from './explanation-outcome.ts';
import { type ReadValue, valuesOf } from './explanation-values.ts';
import type { ActionJudgement } from './judgement.ts';
import type { Policy } from './policy.ts';
import { questionsTo } from './question.ts';
import { joinReads } from './reads.ts';
import type { ActionShape } from './schema-shape.ts';

export interface ExplainedPart extends Omit<SettledPart, 'parts' | 'part'> {
  /** In the policy's own words. */
  readonly text: string;
  readonly line: number;
  readonly join: DissectedPart['join'];
  /** What it reads, with the values it met. */
  readonly values: readonly ReadValue[];
  readonly parts: readonly ExplainedPart[];
}

export interface ExplainedPolicy {
  readonly id: string;
  readonly effect: Policy['effect'];
  readonly verdict: Policy['verdict'];
  readonly file: string;
  readonly line: number;
  readonly matched: boolean;
  /** Among the policies that determined the verdict. A permit that matched beside a forbid is not. */
  readonly decided: boolean;
  /** Why its evaluation failed; null when it did not. */
  readonly error: string | null;
  /** The scope's parts, then its conditions; each must hold. */
  readonly parts: readonly ExplainedPart[];
  /** The smallest parts that kept it from matching; empty when it matched. */
  readonly inTheWay: ReadonlyArray<Pick<ExplainedPart, 'text' | 'line' | 'values'> & { readonly holds: boolean }>;
}

export interface Explanation {
  /** The verdict and the action as it was judged. */
  readonly judged: ActionJudgement;
  /** All whose scope covers the action, as they stand in the bundle. */
  readonly policies: readonly ExplainedPolicy[];
  /** Why the policies could not be looked at one by one; null when they could. */
  readonly problem: string | null;
}

export type Explain = (principal: Principal, action: Action) => Explanation;

/** `judge` and `groups` are those of the same bundle. Opens an engine of its own (about 60 ms), since single parts must not fill the one that serves. */
export function createExplainer(bundle: Bundle, judge: BundleJudge, groups: Groups): Explain {
  const engine = openInstance();
  const book = createEntityBook(bundle.entities, groups);
  return (principal, action) => {
    const judged = judge.judge(principal, [action]).actions[0];
    if (judged === undefined) throw new Error('the judge answered nothing');
    const shape = bundle.shape.actions.find((each) => each.name === judged.action.name);
    if (shape === undefined) return { judged, policies: [], problem: judged.reason };
    const policies = bundle.policies.filter((policy) => policy.actions.has(shape.name));
    const question = wholeQuestion(shape, policies, principal, judged.action, book);
    if (typeof question === 'string') return { judged, policies: [], problem: question };
    return { judged, policies: explainPolicies(policies, question, judged, engine), problem: null };
  };
}

/** INVARIANT: with all there is, so that any part of any policy can be asked; more than is read changes no answer. */
function wholeQuestion(
  shape: ActionShape,
  policies: readonly Policy[],
  principal: Principal,
  action: Action,
  book: ReturnType<typeof createEntityBook>,
): Question | string {
  const { entered } = joinReads(policies.map((policy) => policy.reads));
  const reads = { principal: 'entity', resource: 'entity', action: true, facts: 'all', entered } as const;
  const facts = [...shape.facts.keys()].toSorted();
  const questionTo = questionsTo({ action: shape, facts }, principal, action, book);
  return typeof questionTo === 'string' ? questionTo : questionTo({ reads, facts });
}

function explainPolicies(
  policies: readonly Policy[],
  question: Question,
  judged: ActionJudgement,
  engine: EngineInstance,
): ExplainedPolicy[] {
  const dissected = policies.map((policy) => dissect(policy, engine));
  const parts = engine.matching(Object.assign({}, ...dissected.map(({ texts }) => texts)), question);
  const whole = [engine.matching(textsOf(policies, 'permit'), question), engine.matching(textsOf(policies, 'forbid'), question)];
  const values = valuesOf(question);
  return dissected.map((each) => explainPolicy(each, whole, parts, values, judged));
}

function textsOf(policies: readonly Policy[], effect: Policy['effect']): PolicyTexts {
  return Object.fromEntries(policies.filter((policy) => policy.effect === effect).map(({ id, text }) => [id, text]));
}

function explainPolicy(
  { policy, parts }: DissectedPolicy,
  whole: readonly Matching[],
  answers: Matching,
  values: ReturnType<typeof valuesOf>,
  judged: ActionJudgement,
): ExplainedPolicy {
  const { id, effect, verdict, file, line } = policy;
  const shown = (settled: SettledPart): ExplainedPart => ({
    text: settled.part.text,
    line: line + settled.part.lineOffset,
    join: settled.part.join,
    wanted: settled.wanted,
    outcome: settled.outcome,
    error: settled.error,
    values: values(settled.part.reads),
    parts: settled.parts.map(shown),
  });
  const matched = whole.some((one) => one.matched.has(id));
  const explained = settle(parts, answers).map(shown);
  return {
    id,
    effect,
    verdict,
    file,
    line,
    matched,
    decided: judged.policies.includes(id),
    error: whole.map((one) => one.errors.get(id)).find((error) => error !== undefined) ?? null,
    parts: explained,
    inTheWay: matched ? [] : explained.flatMap((part) => obstacles(part)),
  };
}

/** INVARIANT: only parts that were reached, so that what nobody evaluated is not blamed. */
function obstacles(part: ExplainedPart): ExplainedPolicy['inTheWay'] {
  if (!isInTheWay(part.wanted, part.outcome)) return [];
  const inner = part.parts.flatMap((one) => obstacles(one));
  if (inner.length > 0) return inner;
  return [{ text: part.text, line: part.line, values: part.values, holds: part.outcome === 'true' }];
}

function isInTheWay(wanted: boolean, outcome: Outcome): boolean {
  return outcome === 'error' || outcome === (wanted ? 'false' : 'true');
}
