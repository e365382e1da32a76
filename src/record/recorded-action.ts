// An action as it is recorded, with the verdict on it.

import type { EntityRef, Facts } from '../classify/action.ts';
import type { Verdict } from '../decide/judgement.ts';

export interface RecordedAction {
  readonly action: string;
  readonly resource: EntityRef;
  readonly verdict: Verdict;
  readonly policies: readonly string[];
  /** Personal and sensitive facts are committed to, not written (see record/commitment.ts). */
  readonly facts: Facts;
}
