// A budget that the bundle declares: what is measured, of which actions, for whom and over which time.

/** What one exchange adds: an amount of one currency, a number of actions, or recipients not yet written to. */
export type Measure = 'sum amountMinor' | 'count' | 'distinct recipients';

/** Whose it is: each agent has its own, each user that agents act for, each team of the agent, or each resource acted on. */
export type Per = 'agent' | 'user' | 'team' | 'target';

export type Window =
  | { readonly kind: 'sliding'; readonly lengthMs: number }
  | { readonly kind: 'calendar'; readonly period: 'day' | 'week' | 'month'; readonly timezone: string };

export interface Budget {
  /** A Cedar identifier: policies read `context.budget.<name>`. */
  readonly name: string;
  /** Names of the actions that it counts, groups resolved. */
  readonly actions: ReadonlySet<string>;
  readonly measure: Measure;
  readonly per: Per;
  readonly window: Window;
  /**
   * What is used is kept under this. It holds all that gives a number its meaning, so that a budget which measures something else, for
   * someone else or over another time begins anew.
   */
  readonly key: string;
}

/** The fact that policies see as one record, `context.budget`. Only Interlock fills it. */
export const BUDGET = 'budget';

/** What is more than any limit: an amount, currency or recipients that nobody knows. The largest whole number that is counted exactly. */
export const EXCEEDS = Number.MAX_SAFE_INTEGER;

const PREFIX = `${BUDGET}.`;

/** As it is recorded and named in reasons, where facts are flat: `budget.refundsPerDay`. */
export function budgetFact(name: string): string {
  return PREFIX + name;
}

export function isBudgetFact(fact: string): boolean {
  return fact.startsWith(PREFIX);
}

export function windowText(window: Window): string {
  if (window.kind === 'calendar') return `calendar ${window.period} (${window.timezone})`;
  const minutes = window.lengthMs / 60_000;
  return `sliding ${minutes % 1440 === 0 ? `${minutes / 1440}d` : minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`}`;
}

/** What its value says, for those who write policies. */
export function valueDoc({ per, measure, window }: Budget): string {
  return `Used with this action in it, per ${per}: ${measure}, ${windowText(window)}.`;
}
