// What /v1/shadow answers, as far as the page reads it.

import type { Verdict } from './shapes.ts';

export interface FlipGroup {
  readonly side: 'policies' | 'candidate';
  readonly bundle: string;
  readonly policies: readonly string[];
  readonly agent: string;
  readonly action: string;
  readonly was: Verdict;
  readonly would: Verdict;
  readonly count: number;
  readonly latest: string;
  readonly exchanges: readonly string[];
}

export interface Shadow {
  readonly counts: { readonly judged: number; readonly flips: number; readonly dropped: number; readonly failed: number };
  readonly candidate: {
    readonly policiesDir: string;
    readonly digest: string | null;
    readonly policies: number;
    readonly error: string | null;
  } | null;
  readonly flips: readonly FlipGroup[];
  readonly since: string | null;
}
