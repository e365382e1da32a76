// What /v1/plans answers, as far as the page reads it.

import type { Approval, EntityRef, Facts, Verdict, Wait } from './shapes.ts';

export type PlanState = 'waiting' | 'accepted' | 'rejected' | 'denied' | 'expired' | 'revoked' | 'completed';
export type Fate = 'sent' | 'confirmed' | 'unknown' | 'refused';
export type Bound = { readonly atMost: number } | { readonly within: readonly string[] } | { readonly any: true };

interface PlanMembers {
  readonly id: string;
  readonly agent: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly title: string;
  readonly state: PlanState;
  readonly lifetimeSeconds: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly ticket: string | null;
  readonly endedBy: string | null;
  readonly note: string;
  readonly mayRevoke: boolean;
}

export interface PlanSummary extends PlanMembers {
  readonly steps: number;
  readonly taken: number;
  readonly next: readonly number[];
  readonly unknown: boolean;
}

export interface PlanPattern {
  readonly action: string;
  readonly resource: EntityRef;
  readonly facts: Facts;
  readonly bounds: Readonly<Record<string, Bound>>;
}

export interface StepUse {
  readonly exchange: string;
  readonly at: string;
  readonly fate: Fate;
}

export interface PlanStep {
  readonly step: number;
  readonly title: string;
  readonly text: string;
  readonly group: number;
  readonly optional: boolean;
  readonly times: number;
  readonly exact: boolean;
  readonly next: boolean;
  readonly verdict: Verdict;
  readonly policies: readonly string[];
  readonly reason: string;
  readonly waits: readonly Wait[];
  readonly patterns: readonly PlanPattern[];
  readonly uses: readonly StepUse[];
}

export interface PlanMove {
  readonly sequence: number;
  readonly move: string;
  readonly step: number | null;
  readonly exchange: string | null;
  readonly by: string | null;
  readonly channel: string | null;
  readonly at: string;
  readonly note: string;
}

export interface PlanView extends PlanMembers {
  readonly steps: readonly PlanStep[];
  readonly approvals: readonly Approval[];
  readonly moves: readonly PlanMove[];
}

export interface PlanPage {
  readonly plans: readonly PlanSummary[];
  readonly next: string | null;
}
