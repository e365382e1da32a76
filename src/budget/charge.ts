// What one exchange would use of each budget: all its actions together, because they leave together.

import type { Action } from '../classify/action.ts';
import type { Principal } from '../identify/principal.ts';
import { EXCEEDS } from './budget.ts';
import type { Budget } from './budget.ts';

/** What is added to one account. */
export interface Charge {
  readonly budget: Budget;
  /** Whose account: the name of the agent, user or team, or `Account::"stripe"`. Empty where there is nobody: they share one. */
  readonly subject: string;
  /** Amounts by currency, `actions` with their number, or recipients each with 1. */
  readonly units: ReadonlyMap<string, number>;
  /** Something of it could not be known: then it is more than any limit, now and for as long as it counts. */
  readonly unknown: boolean;
  /** Which of the exchange's actions are counted, by their index. */
  readonly of: ReadonlySet<number>;
}

/** A number of actions has no unit of its own. */
export const ACTIONS = 'actions';
/** Of an amount whose currency nobody knows, and of recipients that nobody knows. It weighs on every other unit of its account. */
export const UNKNOWN = '?';

/** Empty for nearly all: no budget of the bundle counts any of these actions. */
export function chargesOf(budgets: readonly Budget[], principal: Principal, actions: readonly Action[]): readonly Charge[] {
  const charges = new Map<string, Charge & { readonly units: Map<string, number>; readonly of: Set<number> }>();
  actions.forEach((action, index) => {
    for (const budget of budgets) {
      if (!budget.actions.has(action.name)) continue;
      const measured = measure(budget, action);
      for (const subject of subjectsOf(budget, principal, action)) {
        // A sum is compared with the limit currency by currency, so each has a charge of its own.
        const parts = budget.measure === 'sum amountMinor' ? measured.units.map((unit) => [unit]) : [measured.units];
        for (const units of parts) {
          const key = JSON.stringify([budget.key, subject, budget.measure === 'sum amountMinor' ? units[0]?.[0] : '']);
          const known = charges.get(key);
          const charge = known ?? { budget, subject, units: new Map(), unknown: false, of: new Set() };
          for (const [unit, amount] of units) charge.units.set(unit, add(budget, charge.units.get(unit) ?? 0, amount));
          charge.of.add(index);
          charges.set(key, { ...charge, unknown: charge.unknown || measured.unknown });
        }
      }
    }
  });
  return [...charges.values()];
}

/** More minor units than anybody pays at once: a larger amount counts as unknown, so that sums stay exact. */
const MAX_AMOUNT = 10_000_000_000_000;

/** A recipient of two mails of one exchange is one recipient. */
function add(budget: Budget, a: number, b: number): number {
  return budget.measure === 'distinct recipients' ? Math.max(a, b) : Math.min(a + b, EXCEEDS);
}

function subjectsOf(budget: Budget, principal: Principal, action: Action): readonly string[] {
  switch (budget.per) {
    case 'agent':
      return [principal.agent];
    case 'user':
      return [principal.user ?? ''];
    case 'team':
      return principal.teams.length === 0 ? [''] : [...new Set(principal.teams)];
    case 'target':
      return [`${action.resource.type}::${JSON.stringify(action.resource.id)}`];
  }
}

interface Measured {
  readonly units: ReadonlyArray<readonly [string, number]>;
  readonly unknown: boolean;
}

const NOBODY_KNOWS: Measured = { units: [[UNKNOWN, 0]], unknown: true };

function measure(budget: Budget, action: Action): Measured {
  switch (budget.measure) {
    case 'count':
      return { units: [[ACTIONS, 1]], unknown: false };
    case 'sum amountMinor':
      return amountOf(action);
    case 'distinct recipients':
      return recipientsOf(action);
  }
}

/** INVARIANT: a negative or broken amount never makes room in a budget: it is unknown. */
function amountOf({ facts }: Action): Measured {
  const { amountMinor, amountKnown, currency, inspected } = facts;
  if (typeof currency !== 'string' || currency === '' || currency === UNKNOWN) return NOBODY_KNOWS;
  const unit = currency.toUpperCase();
  const known = inspected === true && amountKnown !== false && typeof amountMinor === 'number';
  if (!known || !Number.isSafeInteger(amountMinor) || amountMinor < 0 || amountMinor > MAX_AMOUNT)
    return { units: [[unit, 0]], unknown: true };
  return { units: [[unit, amountMinor]], unknown: false };
}

function recipientsOf({ facts }: Action): Measured {
  const { recipients, recipientsKnown, inspected } = facts;
  if (inspected !== true || recipientsKnown === false || !Array.isArray(recipients)) return NOBODY_KNOWS;
  const names = recipients.map((name: unknown) => String(name));
  return { units: names.map((name): readonly [string, number] => [name, 1]), unknown: false };
}
