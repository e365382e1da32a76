// A plan as it goes over the wire, and what is an answer about one.

import { evaluation } from './evaluation.ts';
import type { PlanAsk, PlanGroupAsk, PlanStatus, PlanStepAsk } from './planning.ts';
import { member } from './proxied.ts';

export const PLANS = '/v1/plans';

export function planPath(id: string): string {
  return `${PLANS}/${encodeURIComponent(id)}`;
}

export function planMessage({ title, lifetimeSeconds, steps }: PlanAsk): object {
  return {
    ...(title === undefined ? {} : { title }),
    ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
    steps: steps.map((step) => (isGroup(step) ? { anyOrder: step.anyOrder.map(stepMessage) } : stepMessage(step))),
  };
}

function isGroup(step: PlanStepAsk | PlanGroupAsk): step is PlanGroupAsk {
  return 'anyOrder' in step;
}

function stepMessage({ title, bounds, times, optional, ...ask }: PlanStepAsk): object {
  return {
    ...evaluation(ask),
    ...(title === undefined ? {} : { title }),
    ...(bounds === undefined ? {} : { bounds }),
    ...(times === undefined ? {} : { times }),
    ...(optional === undefined ? {} : { optional }),
  };
}

export function isPlan(said: unknown): said is PlanStatus {
  return (
    typeof member(said, 'id') === 'string' && typeof member(said, 'state') === 'string' && Array.isArray(member(said, 'steps'))
  );
}
