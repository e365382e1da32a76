// What each part of a policy came to, from the engine's answers to the parts alone.

import type { Matching } from './engine.ts';
import type { DissectedPart } from './explanation-parts.ts';

/** `unread`: alone it can't be evaluated, and the engine never gets to it, because a part before it settles the matter. */
export type Outcome = 'true' | 'false' | 'error' | 'unread';

export interface SettledPart {
  readonly part: DissectedPart;
  /** What it must be for the policy to match. */
  readonly wanted: boolean;
  readonly outcome: Outcome;
  readonly error: string | null;
  readonly parts: readonly SettledPart[];
}

/** The parts of a scope and the conditions after it: each is evaluated only when all before it are as they must be. */
export function settle(parts: readonly DissectedPart[], answers: Matching): SettledPart[] {
  let reached = true;
  return parts.map((part) => {
    const settled = settleOne(part, part.kind !== 'unless', reached, answers);
    reached &&= settled.outcome === (settled.wanted ? 'true' : 'false');
    return settled;
  });
}

function settleOne(part: DissectedPart, wanted: boolean, reached: boolean, answers: Matching): SettledPart {
  const outcome = outcomeOf(part.id, reached, answers);
  const error = outcome === 'error' ? (answers.errors.get(part.id) ?? null) : null;
  return { part, wanted, outcome, error, parts: innerParts(part, wanted, reached, answers) };
}

function outcomeOf(id: string, reached: boolean, answers: Matching): Outcome {
  if (answers.errors.has(id)) return reached ? 'error' : 'unread';
  return answers.matched.has(id) ? 'true' : 'false';
}

/** `&&` stops at the first that is false, `||` at the first that is true. */
function innerParts(part: DissectedPart, wanted: boolean, reached: boolean, answers: Matching): SettledPart[] {
  const inner = part.join === 'not' ? !wanted : wanted;
  let going = reached;
  return part.parts.map((one) => {
    const settled = settleOne(one, inner, going, answers);
    if (part.join !== 'not') going &&= settled.outcome === (part.join === 'all' ? 'true' : 'false');
    return settled;
  });
}
