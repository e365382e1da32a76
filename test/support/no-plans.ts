// Nobody has a plan: for tests of what has nothing to do with any.

import type { Judge } from '../../src/decide/judge.ts';
import type { PlanLens } from '../../src/plan/lens.ts';

export function noPlans(judge: Judge): PlanLens {
  return {
    judgeOf: () => Promise.resolve(judge),
    judgeOfAction: () => judge,
    take: () => Promise.resolve(null),
    settle: () => Promise.resolve(),
  };
}
