// The steps of a draft, each judged as the wire would judge the most that its bounds allow, before any of them runs.

import { failed, type Finding, judged } from '../ask/finding.ts';
import { judgeQuestion, type JudgeQuestionDeps } from '../ask/judge-question.ts';
import { invalid } from '../ask/members.ts';
import { typedAction } from '../ask/typed-action.ts';
import type { Action, Fact } from '../classify/action.ts';
import { approverFacts } from '../decide/approval.ts';
import { withOwnRecords } from '../decide/own-judge.ts';
import type { FactKind, SchemaShape } from '../decide/schema-shape.ts';
import { stricter } from '../decide/ruling.ts';
import { type BindingDeps, bindingOf, waitsOf } from '../enforce/park-request.ts';
import { writtenExchange } from '../http/written-exchange.ts';
import type { Principal } from '../identify/principal.ts';
import type { RecordedAction } from '../record/entry.ts';
import { plainText } from '../record/plain-text.ts';
import { recordedActions } from '../record/verdict-entry.ts';
import type { Bound, PlanStep, StepPattern } from './plan.ts';
import { boundText, waitsOfSteps } from './plan-ticket.ts';
import { type DraftPlan, type DraftStep, numbered } from './read-plan.ts';
import { withMaskedPath } from './taking.ts';

export type JudgeStepsDeps = JudgeQuestionDeps & BindingDeps;

interface JudgedSteps {
  readonly steps: readonly PlanStep[];
  /** For the ledger and the ticket, in order. */
  readonly actions: readonly RecordedAction[];
}

/** What is the principal's, or says whether the rest was read at all. */
const UNBOUNDED: ReadonlySet<string> = new Set(['host', 'inspected', 'user', 'session']);
const MAX_REASON_CHARS = 1_000;

/** `id` is the plan's. Throws QUESTION_INVALID with the step's number. */
export async function judgeSteps(draft: DraftPlan, principal: Principal, id: string, deps: JudgeStepsDeps): Promise<JudgedSteps> {
  const steps: PlanStep[] = [];
  const actions: RecordedAction[] = [];
  for (const [at, step] of draft.steps.entries()) {
    const plan = { expected: true, step: at + 1, id };
    // As it will be when its turn has come: what a policy says of drift is not said of it.
    const { shape } = deps.judge;
    // A call is no step, so nothing is asked about one.
    const judge = { ...withOwnRecords(deps.judge, { plan }), shape, judgesCalls: false, actionsOf: () => [] };
    const own: JudgeStepsDeps = { ...deps, judge, lens: null };
    const drafted = numbered(at + 1, () => draftedOf(step, principal, shape));
    const found = await judgeStep(step, drafted, principal, own);
    steps.push(found.step);
    actions.push(...found.actions);
  }
  return { steps, actions };
}

/** The action of a typed step; null for a request, which is read when it is judged. */
function draftedOf({ asked, bounds }: DraftStep, principal: Principal, shape: SchemaShape): Action | null {
  const { question } = asked;
  // Its call comes before the request that takes the step.
  if (question.kind === 'tool') throw invalid('a call of a tool is no step of a plan: give the request that the tool makes');
  if (question.kind !== 'typed') return null;
  const kinds = shape.actions.find((action) => action.name === question.name)?.facts ?? new Map<string, FactKind>();
  for (const [fact, bound] of Object.entries(bounds)) checkBound(fact, bound, kinds.get(fact), shape);
  return typedAction({ ...question, facts: { ...question.facts, ...most(bounds, kinds) } }, shape, principal);
}

/**
 * INVARIANT: where it may hang on a fact who may approve the step, the ticket holds the one value that is asked about: the most of a number, and of
 * a text the only one. Otherwise a small limit of an approver would be no limit of a plan's.
 */
function checkBound(fact: string, bound: Bound, kind: FactKind | undefined, shape: SchemaShape): void {
  if (kind === undefined || kind === 'Record' || UNBOUNDED.has(fact))
    throw invalid(`the fact \`${fact.slice(0, 100)}\` can't have a bound`);
  if ('atMost' in bound && kind !== 'Long') throw invalid(`\`${fact}\` is not a number: it has no \`atMost\``);
  if ('within' in bound && kind !== 'Set' && kind !== 'String')
    throw invalid(`\`${fact}\` is neither text nor a list: it has no \`within\``);
  if (('any' in bound || ('within' in bound && bound.within.length > 1)) && approverFacts(shape).has(fact))
    throw invalid(
      `who may approve can hang on \`${fact}\`: give it one value${kind === 'Long' ? ' or `atMost`' : ''}, or a step for each`,
    );
}

/** The most that the bounds allow. A text has no most: the first stands for all here, and each of them is judged. */
function most(bounds: DraftStep['bounds'], kinds: ReadonlyMap<string, FactKind>): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const [fact, bound] of Object.entries(bounds)) {
    if ('atMost' in bound) facts[fact] = bound.atMost;
    else if ('within' in bound) facts[fact] = kinds.get(fact) === 'Set' ? bound.within : (bound.within[0] ?? '');
  }
  return facts;
}

interface JudgedStep {
  readonly step: PlanStep;
  readonly actions: readonly RecordedAction[];
}

async function judgeStep(
  draft: DraftStep,
  drafted: Action | null,
  principal: Principal,
  deps: JudgeStepsDeps,
): Promise<JudgedStep> {
  const asked = drafted === null ? await judgeQuestion(draft.asked, principal, deps) : null;
  const given = drafted === null ? actionsOf(asked) : [drafted];
  const exact = isExact(asked, draft);
  const binding = exact && asked !== null ? await exactly(asked, principal, deps) : null;
  // What is shown, and who may approve it, is by the most that may be: of findings alike the first is.
  const findings = [
    ...(exact ? [] : boundFindings(draft, given, principal, deps)),
    ...(asked === null ? [] : [asked]),
    ...(typeof binding === 'object' && binding !== null ? [binding] : []),
  ];
  const verdict = findings.map((finding) => finding.verdict).reduce(stricter, 'ALLOW');
  const decisive = findings.find((finding) => finding.verdict === verdict);
  const { title, group, optional, times } = draft;
  const step: PlanStep = {
    ...{ title, group, optional, times, verdict },
    kind: drafted === null ? 'request' : 'typed',
    patterns: given.map((action) => patternOf(action, draft.bounds, deps)),
    binding: typeof binding === 'string' ? binding : null,
    policies: decisive?.judgement?.policies ?? [],
    reason: plainText(decisive?.reason ?? '', MAX_REASON_CHARS),
    waits: verdict === 'BLOCK' ? [] : waitsOfSteps(findings.map((finding) => ({ waits: waitsIn(finding) }))),
  };
  return { step, actions: shownActions(decisive, draft.bounds, deps) };
}

/** A request without bounds stands for itself alone. One that the wire would not open is its tunnel. */
function isExact(asked: Finding | null, { bounds }: DraftStep): boolean {
  return asked !== null && asked.decision !== null && Object.keys(bounds).length === 0;
}

/** The most that the bounds allow, judged; and what is wrong with the bounds of a request, which are held to what it turned out to be. */
function boundFindings(
  { bounds }: DraftStep,
  given: readonly Action[],
  principal: Principal,
  { judge }: JudgeStepsDeps,
): Finding[] {
  if (given.length === 0) return [];
  const extremes = extremesOf(given, bounds).map((actions) => judged(judge.judge(principal, actions)));
  return [...extremes, ...unboundable(given, bounds, judge.shape)];
}

function actionsOf(asked: Finding | null): readonly Action[] {
  return asked?.decision?.proposal.actions ?? asked?.judgement?.actions.map(({ action }) => action) ?? [];
}

/** INVARIANT: a text that may be one of several is judged as each of them, and a number and a list as the most that they may be. */
function extremesOf(given: readonly Action[], bounds: DraftStep['bounds']): ReadonlyArray<readonly Action[]> {
  const texts = Object.entries(bounds).flatMap(([fact, bound]) =>
    'within' in bound ? bound.within.map((value) => ({ fact, value })) : [],
  );
  const base = given.map((action) => ({ ...action, facts: { ...action.facts, ...extremeFacts(action, bounds) } }));
  const variants = texts.map(({ fact, value }) =>
    base.map((action) =>
      typeof action.facts[fact] === 'string' ? { ...action, facts: { ...action.facts, [fact]: value } } : action,
    ),
  );
  return variants.length === 0 ? [base] : variants;
}

function extremeFacts({ facts }: Action, bounds: DraftStep['bounds']): Record<string, Fact> {
  const extreme: Record<string, Fact> = {};
  for (const [fact, bound] of Object.entries(bounds)) {
    if (facts[fact] === undefined) continue;
    if ('atMost' in bound) extreme[fact] = bound.atMost;
    else if ('within' in bound && typeof facts[fact] === 'object') extreme[fact] = bound.within;
  }
  return extreme;
}

/** A bound on a fact that a request does not have, or not of that type, would hold nothing. */
function unboundable(given: readonly Action[], bounds: DraftStep['bounds'], shape: SchemaShape): Finding[] {
  try {
    for (const [fact, bound] of Object.entries(bounds)) {
      const kinds = given.flatMap((action) => shape.actions.find(({ name }) => name === action.name)?.facts.get(fact) ?? []);
      checkBound(fact, bound, kinds[0], shape);
    }
    return [];
  } catch (thrown) {
    return [failed(thrown)];
  }
}

/** The binding of the very request; what can't be bound can't be a step. */
async function exactly(
  { written, decision }: Finding,
  principal: Principal,
  deps: JudgeStepsDeps,
): Promise<string | Finding | null> {
  if (written === null || decision === null) return null;
  try {
    const { proposal } = decision;
    const exchange = writtenExchange(written, principal, 'plan');
    return (await bindingOf(exchange, principal, { proposal, substitute: null }, deps)).binding;
  } catch (thrown) {
    return failed(thrown, written);
  }
}

function patternOf(action: Action, bounds: DraftStep['bounds'], { ledger }: JudgeStepsDeps): StepPattern {
  const { name, resource, facts } = withMaskedPath(action, ledger.keyedDigest);
  const own = Object.entries(facts).filter(([fact]) => !Object.hasOwn(bounds, fact));
  return { action: name, resource, facts: Object.fromEntries(own), bounds: { ...bounds } };
}

/** Both the request's own and those of what its constraints make of it. */
function waitsIn({ decision, judgement }: Finding): PlanStep['waits'] {
  return decision === null ? (judgement?.waits ?? []) : waitsOf(decision);
}

/** What people are shown of it: the most that it may be, and how far it may differ. */
function shownActions(finding: Finding | undefined, bounds: DraftStep['bounds'], { ledger }: JudgeStepsDeps): RecordedAction[] {
  const judgement = finding?.decision?.rejudged ?? finding?.judgement ?? null;
  if (judgement === null) return [];
  const texts = Object.entries(bounds).map(([fact, bound]) => boundText(fact, bound));
  return recordedActions(judgement, ledger.keyedDigest).map((action) => {
    const { 'plan.expected': _, 'plan.id': __, ...facts } = action.facts;
    return { ...action, facts: texts.length === 0 ? facts : { ...facts, 'plan.bounds': texts } };
  });
}
