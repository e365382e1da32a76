// What is used of a budget, as people see it: one line for each subject, and for each currency of a sum.

import type { Account } from './account.ts';

export interface BudgetView {
  readonly budget: string;
  readonly measure: string;
  readonly per: string;
  readonly window: string;
  /** Whose: empty for those without a user or a team. */
  readonly subject: string;
  /** The currency of a sum; null for the others. `?`: of amounts whose currency nobody knows. */
  readonly currency: string | null;
  /** Null: something of it is not known, so it is more than any limit. */
  readonly used: number | null;
  /** RFC 3339, UTC: when the first of it is free again, and when all of it is. */
  readonly nextFreeAt: string;
  readonly freeAt: string;
}

export function viewsOf({ budget: key, measure, subject, buckets, totals }: Account): readonly BudgetView[] {
  if (buckets.size === 0) return [];
  const ends = [...buckets.values()].map(({ untilMs }) => untilMs);
  const [budget = '', , per = '', window = ''] = key.split('|');
  const times = { nextFreeAt: new Date(Math.min(...ends)).toISOString(), freeAt: new Date(Math.max(...ends)).toISOString() };
  const common = { budget, measure, per, window, subject, ...times };
  if (measure === 'sum amountMinor')
    return [...totals].map(([currency, { amount, unknowns }]) => ({ ...common, currency, used: unknowns > 0 ? null : amount }));
  const unknown = totals.values().some(({ unknowns }) => unknowns > 0);
  const used = measure === 'count' ? [...totals.values()].reduce((sum, { amount }) => sum + amount, 0) : totals.size;
  return [{ ...common, currency: null, used: unknown ? null : used }];
}
