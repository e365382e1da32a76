// Is what a request does in every fact what a model's call said? Both ways: what only one of them tells is a difference.

import { isBudgetFact } from '../budget/budget.ts';
import type { Action } from '../classify/action.ts';
import { isSameFact } from './shown-facts.ts';

/** Of how something is asked and of who asks: the request goes elsewhere than to the model. Whose word a currency is says nothing of which it is. */
const ROUTE: ReadonlySet<string> = new Set(['host', 'method', 'path', 'user', 'session', 'currencySource']);

/**
 * Both as they were judged, so that a currency which the request leaves to its account is the account's by then.
 * INVARIANT: nothing that policy could read of one of them, and nothing that an approver was shown, is otherwise in the other.
 */
export function isSameAction(said: Action, done: Action): boolean {
  if (said.name !== done.name || said.resource.type !== done.resource.type || said.resource.id !== done.resource.id) return false;
  // A call that asks for a URL says where it goes, and nothing of what it takes there.
  if (said.facts['method'] !== 'CALL') return false;
  if (said.facts['inspected'] !== true || done.facts['inspected'] !== true) return false;
  const names = new Set([...Object.keys(said.facts), ...Object.keys(done.facts)]);
  return [...names].every((name) => ROUTE.has(name) || isBudgetFact(name) || isSameFact(said.facts[name], done.facts[name]));
}
