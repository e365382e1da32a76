// The entry of a plan's move.

import type { RecordedAction } from './recorded-action.ts';

/** What became of a plan, or of one of its steps. */
export interface PlanBody {
  readonly type: 'plan';
  readonly plan: string;
  readonly move:
    | 'proposed'
    | 'rejected'
    | 'accepted'
    | 'approved'
    | 'denied'
    | 'consumed'
    | 'confirmed'
    | 'unknown'
    | 'returned'
    | 'voided'
    | 'revoked'
    | 'expired'
    | 'completed';
  readonly agent: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly by: string | null;
  readonly channel: 'cli' | 'api' | 'console' | 'slack' | 'proxy' | 'clock' | null;
  readonly ticket: string | null;
  /** Of a step's move: its number, from 1, and the exchange that took it. */
  readonly step: number | null;
  readonly exchange: string | null;
  /** Of a proposal: what each step would do, as judged then, in order. */
  readonly actions: readonly RecordedAction[];
  readonly note: string;
}
