// What each constraint would make of a request that is blocked or waits, as lines for people.

import type { Action } from '../classify/action.ts';
import { showFact } from '../decide/case-rehearsal.ts';
import type { ConstraintTrial, Substitute } from '../enforce/constraint-trial.ts';
import { MAX_TOGETHER, type TogetherTrials } from '../enforce/constraints-together.ts';
import { plainText } from '../record/plain-text.ts';
import type { Explained } from './explained-question.ts';

const MAX_LINE_CHARS = 400;

/** Nothing for what passes as it is. */
export function trialLines({ verdict, actions, constraints, together }: Explained): string[] {
  if (verdict !== 'BLOCK' && verdict !== 'WAIT') return [];
  if (constraints.length === 0) return ['No constraint of the bundle can be carried out on it.'];
  const passing = constraints.filter(({ outcome }) => outcome === 'passes');
  const others = constraints.filter(({ outcome }) => outcome !== 'passes');
  const title =
    passing.length > 0
      ? 'It would pass with'
      : others.some(({ outcome }) => outcome === 'open')
        ? 'These constraints could be tried'
        : 'No constraint of the bundle would make it pass alone';
  const lines = [
    `${title}:`,
    ...passing.flatMap((trial) => passingLines(trial, actions)),
    ...others.map((trial) => `  ${trial.outcome === 'open' ? 'open  ' : 'not by'} ${nameOf(trial)}: ${trial.why}`),
  ];
  return [...lines, ...togetherLines(together, actions)].map((line) => plainText(line, MAX_LINE_CHARS));
}

function togetherLines({ passing, tried, left }: TogetherTrials, before: readonly Action[]): string[] {
  if (tried === 0) return [];
  const rest = left === 0 ? '' : `, ${left} more were left out`;
  const title =
    passing.length > 0
      ? `It would pass with several together (${tried} combinations tried${rest}):`
      : `Nor would two or ${MAX_TOGETHER} of them together (${tried} combinations tried${rest}).`;
  return [
    title,
    ...passing.flatMap(({ constraints, way, why, substitute }) =>
      sentLines(constraints.join(' and '), why, substitute, way, before),
    ),
  ];
}

function passingLines(trial: ConstraintTrial, before: readonly Action[]): string[] {
  const { substitute, why, way } = trial;
  return substitute === null ? [] : sentLines(nameOf(trial), why, substitute, way, before);
}

function sentLines(
  name: string,
  why: string,
  { verdict, policies, changed, actions }: Substitute,
  way: ConstraintTrial['way'],
  before: readonly Action[],
): string[] {
  const by = policies.length === 0 ? '' : ` (${policies.join(', ')})`;
  return [
    `  ${name}: ${verdict}${by}: ${why}`,
    `    changed: ${changed.join('; ')}`,
    ...actions.flatMap((action, i) => changedFacts(action, before[i])),
    `    ${WAYS[way]}`,
  ];
}

/** What is sent, where it is not what was asked. */
function changedFacts({ name, facts }: Action, before: Action | undefined): string[] {
  if (before === undefined || before.name !== name) return [`    sent: ${name}`];
  return [...new Set([...Object.keys(facts), ...Object.keys(before.facts)])]
    .map((fact) => [fact, showFact(facts[fact] ?? null), showFact(before.facts[fact] ?? null)])
    .filter(([, now, then]) => now !== then)
    .map(([fact, now, then]) => `    sent: ${fact}: ${now} instead of ${then}`);
}

function nameOf({ constraint, type, namedBy }: ConstraintTrial): string {
  return `${constraint} (${type}${namedBy.length === 0 ? '' : `, named by ${namedBy.join(', ')}`})`;
}

const WAYS: Readonly<Record<ConstraintTrial['way'], string>> = {
  approvers: 'approvers may choose this when they sign it off',
  policy: 'a permit that asks for it with @constrain would have it sent so',
  agent: 'a forbid stands, which no permit gets past: the agent itself would have to send it so',
};
