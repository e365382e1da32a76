// Whether a standing grant can be given for a request, and how far it would reach.

import { formatGrantScope, parseGrantScope, strictestScope } from '../decide/grant-scope.ts';
import type { GrantScope } from '../decide/grant-scope.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { RecordedAction } from '../record/entry.ts';

/** The scope that all of these WAIT policies allow, or null when one of them allows none. */
export function scopeOf(
  waits: readonly WaitRequirement[],
  actions: readonly RecordedAction[],
  session: string | null,
): string | null {
  const scopes = waits.map((wait) => (wait.grant === undefined ? null : parseGrantScope(wait.grant)));
  const [first, ...rest] = scopes.filter((scope) => scope !== null);
  if (first === undefined || scopes.includes(null)) return null;
  const scope = rest.reduce(strictestScope, first);
  return canStand(scope, actions, session) ? formatGrantScope(scope) : null;
}

/** When one more request is judged for a ticket: what was allowed then and is now. */
export function joinScopes(a: string | null, b: string | null): string | null {
  const [left, right] = [readScope(a), readScope(b)];
  return left === null || right === null ? null : formatGrantScope(strictestScope(left, right));
}

export function readScope(text: string | null): GrantScope | null {
  return text === null ? null : parseGrantScope(text);
}

/**
 * INVARIANT: nothing stands for requests that nobody could read, for "that session" where there is none, or for "the same recipients" of a
 * mail that does not name them.
 */
function canStand(scope: GrantScope, actions: readonly RecordedAction[], session: string | null): boolean {
  if (scope.session && session === null) return false;
  if (!actions.every(({ facts }) => facts['inspected'] === true)) return false;
  return !scope.target || waiting(actions).every(({ facts }) => facts['recipientsKnown'] !== false);
}

/** The actions that had to wait: the others needed nobody. */
export function waiting(actions: readonly RecordedAction[]): readonly RecordedAction[] {
  return actions.filter(({ verdict }) => verdict === 'WAIT');
}
