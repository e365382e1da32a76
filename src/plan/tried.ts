// Requests that went by a plan and of which nobody knows what became: their repeat is for people, who are told (threat D7).

import type { EarlierTry, TriedElsewhere } from '../approve/earlier-try.ts';
import type { PlanStore } from './plan-store.ts';

/** See TicketBook's triedElsewhere. Also of plans that have ended, for as long as they are kept. */
export function triedByPlans({ plans }: Pick<PlanStore, 'plans'>): TriedElsewhere {
  return (binding) => {
    let found: EarlierTry | null = null;
    for (const { id, uses } of plans.values()) {
      for (const { tried, fate, step } of uses) {
        if (tried !== binding || (fate !== 'sent' && fate !== 'unknown')) continue;
        found = { fate, by: `step ${step + 1} of plan ${id}` };
        if (fate === 'unknown') return found;
      }
    }
    return found;
  };
}
