// What the judge asks of the book: how much would be used with this exchange in it. And what its answer was, until it is reserved.

import type { Action, OwnRecord } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import { newAccount, usedWith } from './account.ts';
import { BUDGET, type Budget } from './budget.ts';
import { type Charge, chargesOf } from './charge.ts';

/** One exchange's charges, and the values that it was judged with, in the same order. */
export interface BudgetUse {
  readonly charges: readonly Charge[];
  readonly values: readonly number[];
}

export interface BudgetMeter {
  /** At this instant. Reads and changes nothing: asking costs no budget. */
  measure(charges: readonly Charge[]): BudgetUse;
}

export interface Budgeted {
  readonly actions: readonly Action[];
  /** Null: no budget counts any of them. */
  readonly use: BudgetUse | null;
}

/**
 * The actions with their record `budget`. Where several accounts are meant (an agent of two teams), the fullest one counts.
 * INVARIANT: what an action says of itself counts only where there is no meter (cases, recorded facts): there nothing else is known.
 */
export function withBudgetRecords(
  budgets: readonly Budget[],
  meter: BudgetMeter | null,
  principal: Principal,
  actions: readonly Action[],
): Budgeted {
  const charges = chargesOf(budgets, principal, actions);
  if (charges.length === 0) return { actions, use: null };
  const use = (meter ?? UNUSED).measure(charges);
  return { use, actions: actions.map((action, i) => withRecord(action, recordOf(i, use), meter === null)) };
}

function withRecord(action: Action, record: OwnRecord, stated: boolean): Action {
  const budget = stated ? { ...record, ...action.own?.[BUDGET] } : record;
  return { ...action, own: { ...action.own, [BUDGET]: budget } };
}

function recordOf(index: number, { charges, values }: BudgetUse): OwnRecord {
  const record: Record<string, number> = {};
  charges.forEach(({ budget: { name }, of }, i) => {
    if (of.has(index)) record[name] = Math.max(record[name] ?? 0, values[i] ?? 0);
  });
  return record;
}

/**
 * For who judges again what was decided: what that exchange was judged with, and of other budgets what is used now. Measured anew it would
 * count itself twice, because it may be reserved by then. INVARIANT: a charge is only the same if its budget counts the same in all.
 */
export function asJudged(use: BudgetUse | undefined, meter: BudgetMeter): BudgetMeter {
  if (use === undefined) return meter;
  return {
    measure(given) {
      const { charges, values } = meter.measure(given);
      const known = charges.map((charge) => use.values[use.charges.findIndex((other) => isSameCharge(charge, other))]);
      return { charges, values: values.map((value, i) => known[i] ?? value) };
    },
  };
}

function isSameCharge(a: Charge, b: Charge): boolean {
  return (
    a.budget.key === b.budget.key &&
    a.subject === b.subject &&
    a.unknown === b.unknown &&
    a.units.size === b.units.size &&
    a.units.entries().every(([unit, amount]) => b.units.get(unit) === amount)
  );
}

/** Nothing is used of any budget. */
const UNUSED: BudgetMeter = {
  measure: (charges) => ({
    charges,
    values: charges.map(({ budget, units, unknown }) => usedWith(newAccount('', budget.measure, ''), units, unknown)),
  }),
};
