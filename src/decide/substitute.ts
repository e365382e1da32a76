// What becomes of an action after its constraints: it is judged again, and only a clean outcome may go.

import type { Judgement, WaitRequirement } from './judgement.ts';

/**
 * Why the substitute may not go (or, when the original waits, may not be shown and wait), or null when it may. It must come out ALLOW or
 * ALLOW_LOG, or ask only for constraints that were applied already and change nothing more. `changesMore` is how many changes these
 * would still make; null, when nobody tried, counts as some: a branch prefix, for one, would be put before itself.
 */
export function substituteObjection(
  original: Judgement,
  substitute: Judgement,
  changesMore: number | null = null,
): string | null {
  const { verdict, reason } = substitute;
  if (verdict === 'BLOCK') return `What is left after the constraints is blocked: ${reason}`;
  if (verdict === 'WAIT' && original.verdict !== 'WAIT')
    return `What is left after the constraints would have to wait: ${reason}`;
  const applied = new Set(original.constraints.map((constraint) => constraint.name));
  const fresh = substitute.constraints.find((constraint) => !applied.has(constraint.name));
  if (fresh !== undefined) return `What is left after the constraints asks for another one, ${fresh.name}: ${reason}`;
  if (substitute.constraints.length > 0 && changesMore !== 0)
    return `The constraints would change again what is left after them: ${reason}`;
  return null;
}

/** Everything that must be approved before the substitute goes: what the original waits for, and what the substitute does. */
export function waitsOfBoth(original: Judgement, substitute: Judgement): readonly WaitRequirement[] {
  const byPolicy = new Map<string, WaitRequirement>();
  for (const wait of [...substitute.waits, ...original.waits]) if (!byPolicy.has(wait.policy)) byPolicy.set(wait.policy, wait);
  return [...byPolicy.values()];
}
