// Recorded flips as people look at them: by side, policies, agent and action, with the newest exchanges of each.

import type { Entry, ShadowBody } from '../record/entry.ts';

export interface FlipGroup extends Pick<ShadowBody, 'side' | 'bundle' | 'agent' | 'was' | 'would' | 'policies'> {
  readonly action: string;
  readonly count: number;
  /** RFC 3339. */
  readonly latest: string;
  /** The newest first. */
  readonly exchanges: readonly string[];
}

const MAX_EXAMPLES = 3;
const MAX_GROUPS = 200;

/** `entries` from the oldest to the newest; those of other types are passed over. The most frequent first. */
export function groupFlips(entries: readonly Entry[]): FlipGroup[] {
  const groups = new Map<string, FlipGroup>();
  for (const { body, time } of entries) {
    if (body.type !== 'shadow') continue;
    const { side, bundle, agent, exchange } = body;
    for (const { action, was, would, policies } of body.actions) {
      const key = JSON.stringify([side, bundle, policies, agent, action, was, would]);
      const before = groups.get(key);
      const exchanges = [...new Set([exchange, ...(before?.exchanges ?? [])])].slice(0, MAX_EXAMPLES);
      groups.set(key, {
        side,
        bundle,
        policies,
        agent,
        action,
        was,
        would,
        count: (before?.count ?? 0) + 1,
        latest: time,
        exchanges,
      });
    }
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count || b.latest.localeCompare(a.latest)).slice(0, MAX_GROUPS);
}
