// The policies that an agent is told of when its request does not go: those that stop it, and no permit beside them.

import type { Decision } from './decision.ts';

/** The record keeps all that determined the verdict. */
export function refusingPolicies({ verdict, judgement, rejudged, policies }: Decision): readonly string[] {
  const judged = [rejudged, judgement].find((one) => one?.verdict === verdict);
  const own =
    verdict === 'WAIT'
      ? judged?.waits.map(({ policy }) => policy)
      : judged?.actions.filter((action) => action.verdict === verdict).flatMap((action) => action.policies);
  return policies.filter((policy) => own?.includes(policy) ?? true);
}
