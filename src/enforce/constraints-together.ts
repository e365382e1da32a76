// Where no single constraint makes a request pass: which two or three would together, within a bounded number of tries.

import type { Constraint } from '../decide/constraint.ts';
import type { Principal } from '../identify/principal.ts';
import { carryOut, type ConstraintTrial, type Substitute, type TrialDeps } from './constraint-trial.ts';
import type { Rehearsal } from './rehearse.ts';

export interface TogetherTrial {
  /** In the order in which they are carried out. */
  readonly constraints: readonly string[];
  /** An approver chooses one offer, so never several; a permit can ask for them all. */
  readonly way: 'policy' | 'agent';
  readonly why: string;
  readonly substitute: Substitute;
}

export interface TogetherTrials {
  readonly passing: readonly TogetherTrial[];
  readonly tried: number;
  /** Combinations that were left out because there were too many; larger ones than of MAX_TOGETHER are not counted. */
  readonly left: number;
}

export const MAX_TOGETHER = 3;
/** Each one rewrites and judges the request anew, about a millisecond for a small one. */
export const MAX_TRIES = 100;

export const NONE_TOGETHER: TogetherTrials = { passing: [], tried: 0, left: 0 };

/**
 * Pairs first, and three only where no two pass. `alone`: what each came to by itself; what then could not be carried out, or changed
 * nothing, is not tried again with others. Nothing is tried where one of them alone is enough.
 */
export async function tryTogether(
  rehearsal: Rehearsal,
  principal: Principal,
  alone: readonly ConstraintTrial[],
  deps: TrialDeps,
): Promise<TogetherTrials> {
  if (alone.some(({ outcome }) => outcome === 'passes')) return NONE_TOGETHER;
  const usable = alone.filter(({ rewrites }) => rewrites);
  const constraints = usable.map(({ constraint }) => deps.bundle.constraints.get(constraint)).filter((one) => one !== undefined);
  const way = usable.some((one) => one.way === 'agent') ? 'agent' : 'policy';
  const passing: TogetherTrial[] = [];
  let tried = 0;
  let left = 0;
  for (let size = 2; size <= MAX_TOGETHER && passing.length === 0; size += 1) {
    for (const some of combinations(constraints, size)) {
      if (tried === MAX_TRIES) left += 1;
      else {
        tried += 1;
        const { outcome, why, substitute } = await carryOut(rehearsal, principal, some, deps);
        if (outcome === 'passes' && substitute !== null)
          passing.push({ constraints: some.map(({ name }) => name), way, why, substitute });
      }
    }
  }
  return { passing, tried, left };
}

function* combinations(of: readonly Constraint[], size: number, from = 0): Generator<readonly Constraint[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [i, first] of of.entries())
    if (i >= from) for (const rest of combinations(of, size - 1, i + 1)) yield [first, ...rest];
}
