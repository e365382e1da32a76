// A plan as a tool call gives it: flat steps, read strictly, and made into the client's.

import { z } from 'zod';
import type { PlanAsk, PlanGroupAsk, PlanStepAsk } from '../client/planning.ts';
import { AskError } from '../client/ask-error.ts';
import { askOf, optional, QUESTION_SHAPE } from './asked.ts';

const BOUND = z
  .union([
    z.strictObject({ atMost: z.int().min(0) }),
    z.strictObject({ within: z.array(z.string()).min(1).max(200) }),
    z.strictObject({ any: z.literal(true) }),
  ])
  .describe('{"atMost": 50000} for a whole number, {"within": ["a@example.com"]} for a text or a list, or {"any": true}.');

const { action, resource, parents, facts, request, mcp } = QUESTION_SHAPE;

const STEP = z.strictObject({
  title: z.string().max(200).optional(),
  ...{ action, resource, parents, facts, request, mcp },
  bounds: z
    .record(z.string(), BOUND)
    .optional()
    .describe('By fact, how far the request may differ. A request without bounds stands for itself alone, byte for byte.'),
  times: z.int().min(1).max(100).optional().describe('How often the step may be taken: 1 unless said.'),
  optional: z.boolean().optional().describe('True if it may be left out.'),
  anyOrderWithPrevious: z.boolean().optional().describe('True if it and the step before it may come in any order.'),
});

export const PLAN_SHAPE = {
  title: z.string().max(200).optional(),
  lifetimeSeconds: z.int().min(1).max(86_400).optional().describe('From its acceptance: 3600 unless said.'),
  steps: z.array(STEP).min(1).max(50).describe('In the order in which you will send them.'),
};

const plan = z.strictObject(PLAN_SHAPE);

/** Throws AskError QUESTION_INVALID, with the step's number. */
export function planOf({ title, lifetimeSeconds, steps }: z.infer<typeof plan>): PlanAsk {
  const groups: PlanStepAsk[][] = [];
  for (const [at, step] of steps.entries()) {
    const { anyOrderWithPrevious, ...own } = step;
    const last = groups.at(-1);
    if (anyOrderWithPrevious !== true) groups.push([stepOf(own, at + 1)]);
    else if (last === undefined) throw new AskError(0, 'QUESTION_INVALID', 'step 1: there is no step before it');
    else last.push(stepOf(own, at + 1));
  }
  return { ...optional('title', title), ...optional('lifetimeSeconds', lifetimeSeconds), steps: groups.map(asGroup) };
}

function asGroup(group: readonly PlanStepAsk[]): PlanStepAsk | PlanGroupAsk {
  const [only] = group;
  return only !== undefined && group.length === 1 ? only : { anyOrder: group };
}

function stepOf(given: Omit<z.infer<typeof STEP>, 'anyOrderWithPrevious'>, number: number): PlanStepAsk {
  const { title, bounds, times, optional: may, ...asked } = given;
  const manner = {
    ...optional('title', title),
    ...optional('bounds', bounds),
    ...optional('times', times),
    ...optional('optional', may),
  };
  try {
    const ask = askOf(asked);
    if ('toolCall' in ask) throw new AskError(0, 'QUESTION_INVALID', 'a tool call is no step');
    return { ...ask, ...manner };
  } catch (error) {
    throw error instanceof AskError ? new AskError(error.status, error.code, `step ${number}: ${error.message}`) : error;
  }
}
