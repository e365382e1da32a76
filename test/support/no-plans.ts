// Nobody has a plan: for tests of what has nothing to do with any.

import type { Judge } from '../../src/decide/judge.ts';
import type { PlanLens } from '../../src/plan/lens.ts';
import type { PlanBook } from '../../src/plan/plan-book.ts';

export function noPlans(judge: Judge): PlanLens {
  return {
    judgeOf: () => Promise.resolve(judge),
    judgeOfAction: () => judge,
    take: () => Promise.resolve(null),
    settle: () => Promise.resolve(),
    over: () => undefined,
  };
}

/** A book with no plan in it. */
export const EMPTY_PLANS: Pick<PlanBook, 'list' | 'get' | 'revoke' | 'revokeAs'> = {
  list: () => [],
  get: () => undefined,
  revoke: () => Promise.reject(new Error('there is no plan')),
  revokeAs: () => Promise.reject(new Error('there is no plan')),
};
