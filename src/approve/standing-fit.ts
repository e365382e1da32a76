// Whether a grant that was given for one request is for this other request too.

import { isWithin } from '../decide/grant-scope.ts';
import { sameRequirement } from './requirements.ts';
import { readScope, waiting } from './scope.ts';
import { isSameFact } from './shown-facts.ts';
import type { RecordedAction } from '../record/entry.ts';
import type { StandingGrant } from './standing-grant.ts';
import type { ParkRequest } from './tickets.ts';

/** Besides the resource: who is on the other side, and which part of the resource is meant. */
const TARGET_FACTS = ['recipients', 'counterparty', 'counterparties', 'channels', 'targets', 'ref', 'tool'];

/**
 * Is the grant for this request too? Same agent for the same user, the same requirements, as many actions of the same names.
 * INVARIANT: never wider than policy allows now, and never for what its approvers were not asked (threats D6, D11).
 */
export function fits(grant: StandingGrant, request: Omit<ParkRequest, 'offers'>): boolean {
  const [given, allowed] = [readScope(grant.scope), readScope(request.scope)];
  if (given === null || allowed === null || !isWithin(given, allowed)) return false;
  if (grant.agent !== request.agent || grant.user !== request.user) return false;
  if (given.session && grant.session !== request.session) return false;
  if (!request.waits.every((wait) => grant.waits.some((known) => sameRequirement(known, wait)))) return false;
  return sameActions(grant.actions, waiting(request.actions), given.target);
}

function sameActions(given: readonly RecordedAction[], asked: readonly RecordedAction[], target: boolean): boolean {
  return (
    given.length > 0 &&
    given.length === asked.length &&
    given.every((action, i) => {
      const other = asked[i];
      return other !== undefined && action.action === other.action && (!target || sameTarget(action, other));
    })
  );
}

function sameTarget(a: RecordedAction, b: RecordedAction): boolean {
  return (
    a.resource.type === b.resource.type &&
    a.resource.id === b.resource.id &&
    TARGET_FACTS.every((name) => isSameFact(a.facts[name], b.facts[name]))
  );
}
