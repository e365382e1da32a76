// What each constraint would make of a request that is blocked or waits, as lines for people.

import type { Action } from '../classify/action.ts';
import { showFact } from '../decide/case-rehearsal.ts';
import type { ConstraintTrial } from '../enforce/constraint-trial.ts';
import { plainText } from '../record/plain-text.ts';
import type { Explained } from './explained-question.ts';

const MAX_LINE_CHARS = 400;

/** Nothing for what passes as it is. */
export function trialLines({ verdict, actions, constraints }: Explained): string[] {
  if (verdict !== 'BLOCK' && verdict !== 'WAIT') return [];
  if (constraints.length === 0) return ['No constraint of the bundle can be carried out on it.'];
  const passing = constraints.filter(({ outcome }) => outcome === 'passes');
  const others = constraints.filter(({ outcome }) => outcome !== 'passes');
  const title =
    passing.length > 0
      ? 'It would pass with'
      : others.some(({ outcome }) => outcome === 'open')
        ? 'These constraints could be tried'
        : 'No constraint of the bundle would make it pass';
  const lines = [
    `${title}:`,
    ...passing.flatMap((trial) => passingLines(trial, actions)),
    ...others.map((trial) => `  ${trial.outcome === 'open' ? 'open  ' : 'not by'} ${nameOf(trial)}: ${trial.why}`),
  ];
  return lines.map((line) => plainText(line, MAX_LINE_CHARS));
}

function passingLines(trial: ConstraintTrial, before: readonly Action[]): string[] {
  const { substitute, why } = trial;
  if (substitute === null) return [];
  const by = substitute.policies.length === 0 ? '' : ` (${substitute.policies.join(', ')})`;
  return [
    `  ${nameOf(trial)}: ${substitute.verdict}${by}: ${why}`,
    `    changed: ${substitute.changed.join('; ')}`,
    ...substitute.actions.flatMap((action, i) => changedFacts(action, before[i])),
    `    ${WAYS[trial.way]}`,
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
