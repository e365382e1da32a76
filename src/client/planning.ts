// What a plan says and how it is answered: the shapes of http://interlock.internal/v1/plans in docs/plans.md.

import type { Entity, Fact, McpAsk, RawAsk, TypedAsk, Verdict } from './asking.ts';

/** How far a request's fact may differ from the step's. */
export type PlanBound = { readonly atMost: number } | { readonly within: readonly string[] } | { readonly any: true };

export type PlanStepAsk = (TypedAsk | Omit<RawAsk, 'park'> | McpAsk) & {
  readonly title?: string;
  /** By fact. A request without bounds stands for itself alone. */
  readonly bounds?: Readonly<Record<string, PlanBound>>;
  /** How often it may be taken: 1 unless said. */
  readonly times?: number;
  readonly optional?: boolean;
};

/** Steps that may come in any order. */
export interface PlanGroupAsk {
  readonly anyOrder: readonly PlanStepAsk[];
}

export interface PlanAsk {
  readonly title?: string;
  /** From its acceptance: 3,600 unless said, at most 86,400. */
  readonly lifetimeSeconds?: number;
  readonly steps: readonly (PlanStepAsk | PlanGroupAsk)[];
}

export type PlanState = 'waiting' | 'accepted' | 'rejected' | 'denied' | 'expired' | 'revoked' | 'completed';

export interface PlanStepStatus {
  /** From 1. */
  readonly step: number;
  readonly title: string;
  /** In one line. */
  readonly text: string;
  readonly group: number;
  readonly optional: boolean;
  readonly times: number;
  /** Only the very request that was proposed. */
  readonly exact: boolean;
  /** It may be taken now. */
  readonly next: boolean;
  /** When it was proposed. */
  readonly verdict: Verdict;
  readonly policies: readonly string[];
  readonly reason: string;
  readonly patterns: readonly {
    readonly action: string;
    readonly resource: Entity;
    readonly facts: Readonly<Record<string, Fact>>;
    readonly bounds: Readonly<Record<string, PlanBound>>;
  }[];
  readonly uses: readonly {
    readonly exchange: string;
    readonly at: string;
    /** `sent`: under way. `unknown`: it may have taken effect. */
    readonly fate: 'sent' | 'confirmed' | 'unknown' | 'refused';
  }[];
}

export interface PlanStatus {
  readonly id: string;
  readonly state: PlanState;
  readonly title: string;
  readonly session: string | null;
  readonly lifetimeSeconds: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Of one that waits: `ticket(id, {waitSeconds})` tells when it is decided. */
  readonly ticket: string | null;
  readonly note: string;
  readonly steps: readonly PlanStepStatus[];
  /** Of a rejected one: what is in its way. */
  readonly blocked: readonly { readonly step: number; readonly policies: readonly string[]; readonly reason: string }[];
  /** What to do now, in a sentence. */
  readonly next: string;
}
