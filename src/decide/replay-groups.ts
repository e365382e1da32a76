// Flips counted by what they have in common, each group with a few of them to look at.

import type { Flip } from './replay-flip.ts';
import type { Verdict } from './judgement.ts';

export interface FlipGroup {
  /** The policy, agent, action or day; `(others)` for those that came when there was no more room. */
  readonly key: string;
  readonly flips: number;
  /** `ALLOW → WAIT`: how many. */
  readonly moves: Readonly<Record<string, number>>;
  readonly examples: readonly Flip[];
}

interface FlipTable {
  add(key: string, flip: Flip): void;
  /** Most flips first. */
  groups(): readonly FlipGroup[];
}

const MAX_GROUPS = 1_000;
const MAX_EXAMPLES = 5;
const OTHERS = '(others)';

interface Growing {
  flips: number;
  readonly moves: Record<string, number>;
  readonly examples: Flip[];
}

export function createFlipTable(): FlipTable {
  const groups = new Map<string, Growing>();
  return {
    add(given, flip) {
      const key = groups.has(given) || groups.size < MAX_GROUPS ? given : OTHERS;
      const group = groups.get(key) ?? { flips: 0, moves: {}, examples: [] };
      groups.set(key, group);
      group.flips += 1;
      const move = moveName(flip.from, flip.to);
      group.moves[move] = (group.moves[move] ?? 0) + 1;
      if (group.examples.length < MAX_EXAMPLES) group.examples.push(flip);
    },
    groups: () =>
      [...groups].map(([key, group]) => ({ key, ...group })).toSorted((a, b) => b.flips - a.flips || (a.key < b.key ? -1 : 1)),
  };
}

export function moveName(from: Verdict, to: Verdict): string {
  return `${from} → ${to}`;
}
