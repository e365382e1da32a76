// Is a request what a step of a plan allows? Every fact counts, also those that the step does not name.

import { isSameFact } from '../approve/shown-facts.ts';
import type { Action, Fact } from '../classify/action.ts';
import type { Bound, PlanStep, StepPattern } from './plan.ts';

/** Whom an agent acts for is the plan's own: it is compared with the principal. */
const OF_THE_PRINCIPAL: ReadonlySet<string> = new Set(['user', 'session']);

/** `actions` as they are proposed, their paths masked as the plan's are. */
export function matchesStep({ patterns }: Pick<PlanStep, 'patterns'>, actions: readonly Action[]): boolean {
  return (
    patterns.length > 0 &&
    patterns.length === actions.length &&
    patterns.every((pattern, i) => {
      const action = actions[i];
      return action !== undefined && matchesAction(pattern, action);
    })
  );
}

/** INVARIANT: a fact that the step does not name, one of another type, and one out of its bound are all no match (threat D13). */
function matchesAction(pattern: StepPattern, action: Action): boolean {
  const { resource, facts } = action;
  if (pattern.action !== action.name || pattern.resource.type !== resource.type || pattern.resource.id !== resource.id)
    return false;
  // What could not be read surely is no step of anybody's plan.
  if (facts['inspected'] !== pattern.facts['inspected']) return false;
  const names = new Set([...Object.keys(pattern.facts), ...Object.keys(pattern.bounds), ...Object.keys(facts)]);
  return [...names].every((name) => {
    if (OF_THE_PRINCIPAL.has(name)) return true;
    const bound = Object.hasOwn(pattern.bounds, name) ? pattern.bounds[name] : undefined;
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
    return bound === undefined ? isSameFact(own(pattern.facts, name), fact) : isWithinBound(bound, fact);
  });
}

function own(facts: StepPattern['facts'], name: string): Fact | undefined {
  return Object.hasOwn(facts, name) ? facts[name] : undefined;
}

export function isWithinBound(bound: Bound, fact: Fact | undefined): boolean {
  if ('any' in bound) return true;
  if ('atMost' in bound) return typeof fact === 'number' && Number.isSafeInteger(fact) && fact >= 0 && fact <= bound.atMost;
  const allowed = new Set(bound.within);
  if (typeof fact === 'string') return allowed.has(fact);
  return typeof fact === 'object' && fact.every((item) => allowed.has(item));
}
