// A plan as people and its own agent see it: each step with its verdict, how far it may differ, how often it was taken, and whether it is next.

import type { Approval } from '../approve/ticket.ts';
import type { Plan, PlanStep, StepUse } from './plan.ts';
import { stepText } from './plan-ticket.ts';
import { allowedSteps } from './progress.ts';

interface SeenUse extends Omit<StepUse, 'step' | 'tried'> {}

export interface SeenStep extends Omit<PlanStep, 'binding'> {
  /** From 1. */
  readonly step: number;
  /** Only the very request that was proposed. */
  readonly exact: boolean;
  /** In one line. */
  readonly text: string;
  /** It may be taken now. */
  readonly next: boolean;
  readonly uses: readonly SeenUse[];
}

export interface SeenPlan extends Omit<Plan, 'steps' | 'uses' | 'approvals'> {
  readonly steps: readonly SeenStep[];
  readonly approvals: readonly Approval[];
}

export function seenPlan(plan: Plan): SeenPlan {
  const { steps, uses, ...rest } = plan;
  const next = new Set(plan.state === 'accepted' ? allowedSteps(plan) : []);
  return {
    ...rest,
    steps: steps.map((step, at) => {
      const { binding, ...told } = step;
      return {
        ...told,
        step: at + 1,
        exact: binding !== null,
        text: stepText(step, steps),
        next: next.has(at),
        uses: uses.filter((use) => use.step === at).map(({ exchange, at: taken, fate }) => ({ exchange, at: taken, fate })),
      };
    }),
  };
}

/** One line of a list: how far it has come. */
export interface PlanSummary extends Omit<Plan, 'steps' | 'uses' | 'approvals'> {
  readonly steps: number;
  /** Steps taken at least once. */
  readonly taken: number;
  /** Numbers of the steps that may be taken now, from 1. */
  readonly next: readonly number[];
  /** Of a step's use nobody knows what became. */
  readonly unknown: boolean;
}

export function planSummary(plan: Plan): PlanSummary {
  const { steps, uses, approvals: _, ...rest } = plan;
  return {
    ...rest,
    steps: steps.length,
    taken: new Set(uses.map((use) => use.step)).size,
    next: plan.state === 'accepted' ? allowedSteps(plan).map((at) => at + 1) : [],
    unknown: uses.some((use) => use.fate === 'unknown'),
  };
}

/** What its agent needs: who approved is not among it. A rejected plan names what is in its way first. */
export function planForAgent(plan: Plan): object {
  const { approvals: _, endedBy: __, user: ___, ...seen } = seenPlan(plan);
  const blocked = seen.steps
    .filter((step) => step.verdict === 'BLOCK')
    .map(({ step, policies, reason }) => ({ step, policies, reason }));
  return { ...seen, blocked, next: NEXT[plan.state] };
}

const NEXT: Readonly<Record<Plan['state'], string>> = {
  waiting: 'Wait: ask here again until it is decided. Nothing of it may run ahead of that.',
  accepted: 'Take the steps in their order, each as it was proposed. Whatever is not the next step is judged by itself.',
  rejected: 'Nothing of it is approved. See `blocked`, and propose a plan without those steps.',
  denied: 'Do not propose it again: a person said no. Tell whom you work for.',
  expired: 'Its time is over. Requests are judged by themselves again.',
  revoked: 'It was taken back. Requests are judged by themselves again.',
  completed: 'All of it is done. Requests are judged by themselves again.',
};
