// Is what would be sent now what was shown to the approvers?

import { isBudgetFact } from '../budget/budget.ts';
import type { Fact } from '../classify/action.ts';
import type { RecordedAction } from '../record/entry.ts';

/** A retry may come from another session of the same agent; what is used of a budget, and what was read, by then is judged anew. */
const MAY_DIFFER: ReadonlySet<string> = new Set([
  ...['session', 'taint.hosts', 'taint.servers', 'taint.kinds', 'taint.untrusted', 'taint.inSession', 'taint.complete'],
]);

/**
 * The binding covers the request's own bytes; what they stand for (a charge's amount, a draft's recipients) may change under the same
 * bytes. INVARIANT: each fact that was shown is the same now. One that was not shown is no objection: it was approved unseen.
 */
export function isAsShown(shown: readonly RecordedAction[], now: readonly RecordedAction[]): boolean {
  return (
    shown.length === now.length &&
    shown.every((action, i) => {
      const present = now[i];
      return (
        present !== undefined &&
        present.action === action.action &&
        present.resource.type === action.resource.type &&
        present.resource.id === action.resource.id &&
        Object.entries(action.facts).every(
          ([name, fact]) => MAY_DIFFER.has(name) || isBudgetFact(name) || isSameFact(fact, present.facts[name]),
        )
      );
    })
  );
}

/** Sets have no order. */
export function isSameFact(shown: Fact | undefined, now: Fact | undefined): boolean {
  if (typeof shown !== 'object' || typeof now !== 'object') return shown === now;
  const [left, right] = [new Set(shown), new Set(now)];
  return left.size === right.size && [...left].every((item) => right.has(item));
}
