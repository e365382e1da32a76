// The operator in memory as far as plans go.

import { InterlockError } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planSummary, seenPlan } from '../../src/plan/seen-plan.ts';
import type { Operator } from '../../src/serve/operator.ts';

interface Filled {
  readonly calls: unknown[];
  readonly plans: readonly Plan[];
}

/** The operator's own answers about plans. */
export function planUses(of: () => Filled): Pick<Operator, 'listPlans' | 'showPlan' | 'revokePlan'> {
  const showPlan: Operator['showPlan'] = async (id) => {
    const found = of().plans.find((plan) => plan.id === id);
    if (found === undefined) throw new InterlockError('PLAN_UNKNOWN', 'there is no such plan');
    return seenPlan(found);
  };
  return {
    showPlan,
    async listPlans(filter) {
      of().calls.push(filter);
      return of().plans.map(planSummary);
    },
    async revokePlan(id) {
      of().calls.push(['revokePlan', id]);
      return showPlan(id);
    },
  };
}
