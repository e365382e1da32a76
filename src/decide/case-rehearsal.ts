// What a case of a whole request asks for: the request read and judged as on the wire. Given from outside, since decide knows no HTTP.

import type { Action, Fact } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import type { BundleJudge } from './bundle-judge.ts';
import { type CaseAnswer, compareAnswer, type CaseOutcome, type Difference, differs } from './case-outcome.ts';
import type { RequestCase, SubstituteExpectation } from './case.ts';

export interface RehearsedRequest {
  readonly answer: CaseAnswer;
  readonly actions: readonly Action[];
  /** What its constraints made of it; null when nothing had to change. */
  readonly substitute: { readonly changed: readonly string[]; readonly actions: readonly Action[] } | null;
  /** What only a server could have told. */
  readonly notes: readonly string[];
}

/** Throws a coded error for what is no request, or can't be classified. */
export type RehearseRequest = (raw: Buffer, principal: Principal, judge: BundleJudge) => Promise<RehearsedRequest>;

export function compareRequest(expected: RequestCase, came: RehearsedRequest): CaseOutcome {
  const { answer, actions, notes } = came;
  const named = actions.map((action) => action.name).join(', ');
  return {
    differences: [
      ...(expected.actions === null ? [] : differs('actions', expected.actions.join(', '), named)),
      ...compareAnswer(expected, answer),
      ...compareSubstitute(expected.substitute, came.substitute),
    ],
    policies: answer.policies,
    actions,
    notes,
  };
}

function compareSubstitute(expected: RequestCase['substitute'], came: RehearsedRequest['substitute']): Difference[] {
  if (expected === null) return [];
  if (expected === 'none') return came === null ? [] : differs('substitute', 'none', came.changed.join('; '));
  if (came === null) return [{ what: 'substitute', expected: 'a changed request', actual: 'none' }];
  return [...compareChanged(expected, came.changed), ...compareFacts(expected.facts, came.actions[0])];
}

/** Each text must be in one of the changes, and there must be as many. */
function compareChanged({ changed }: SubstituteExpectation, came: readonly string[]): Difference[] {
  if (changed === null) return [];
  const fits = changed.length === came.length && changed.every((text) => came.some((change) => change.includes(text)));
  return fits ? [] : [{ what: 'substitute.changed', expected: changed.join('; '), actual: came.join('; ') }];
}

function compareFacts(expected: SubstituteExpectation['facts'], action: Action | undefined): Difference[] {
  return Object.entries(expected).flatMap(([name, fact]) =>
    differs(`substitute.facts.${name}`, showFact(fact), showFact(action?.facts[name] ?? null)),
  );
}

/** A set has no order. */
export function showFact(fact: Fact | null): string {
  if (fact === null) return 'absent';
  return JSON.stringify(typeof fact === 'object' ? fact.toSorted() : fact);
}
