// One policy of a bundle: its text, what its annotations ask for, and what it reads.

import type { Constraint } from './constraint.ts';
import type { Covers, Verdict } from './judgement.ts';
import type { ReasonTemplate } from './reason.ts';
import type { Reads } from './reads.ts';
import type { ScopeKey } from './scope-key.ts';

export interface Policy {
  /** Its `@id`: unique in the bundle, safe to print anywhere. */
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly text: string;
  /** Where it stands in the bundle. */
  readonly file: string;
  readonly line: number;
  readonly reason: ReasonTemplate;
  /** What a match asks for; BLOCK for a forbid. */
  readonly verdict: Verdict;
  readonly constraints: readonly Constraint[];
  /** Names of groups; empty unless the verdict is WAIT. */
  readonly approvers: readonly string[];
  /** How many distinct people must approve; 1 unless the policy says more. */
  readonly quorum: number;
  /** What approvers may choose instead; empty unless the verdict is WAIT. */
  readonly offers: readonly Constraint[];
  /** What they may give beyond this once, as grant-scope.ts writes it; null: nothing. */
  readonly grant: string | null;
  /** What its approval of a model's call is for besides the call; null: nothing. */
  readonly covers: Covers | null;
  /** Judged beside the bundle: what it would come to is recorded, and it never decides. */
  readonly shadow: boolean;
  readonly reads: Reads;
  /** Whom and what its scope names. */
  readonly scope: ScopeKey;
  /** Names of the actions it can apply to. Policies with the same scope share one set. */
  readonly actions: ReadonlySet<string>;
}
