// Which steps of a plan may be taken now, and whether any is left. Pure: the whole of a plan's order is here.

import type { Plan } from './plan.ts';

type Course = Pick<Plan, 'steps' | 'uses'>;

/**
 * Places of the steps that may be taken now, in order. INVARIANT: a step is taken at most `times` times; none before every required step of
 * the groups before it; none of a group once a later one has begun, but for a required step that was given back.
 */
export function allowedSteps({ steps, uses }: Course): number[] {
  const taken = steps.map((_, at) => uses.filter((use) => use.step === at).length);
  const reached = Math.max(-1, ...uses.map((use) => steps[use.step]?.group ?? -1));
  const missing = steps.filter((step, at) => !step.optional && taken[at] === 0).map((step) => step.group);
  const firstMissing = Math.min(...missing, Infinity);
  return steps.flatMap((step, at) => {
    if ((taken[at] ?? 0) >= step.times) return [];
    const late = step.group < reached && (step.optional || taken[at] !== 0);
    return late || step.group > firstMissing ? [] : [at];
  });
}

/** Nothing may be taken any more, and of nothing taken it is still open whether it was sent. */
export function isComplete(course: Course): boolean {
  return allowedSteps(course).length === 0 && course.uses.every((use) => use.fate !== 'sent');
}
