// What takes messages at http://interlock.internal/: questions and plans, with one rate for both.

import type { AskDeps } from '../ask/ask.ts';
import { createQuestionRate } from '../ask/question-rate.ts';
import type { PlanBook } from '../plan/plan-book.ts';
import { createAskDoor } from './ask-door.ts';
import type { InternalDoor } from './internal-door.ts';
import { createPlanDoor } from './plan-door.ts';

/** A plan's step costs what a question does. */
export function createAgentDoors(deps: AskDeps & { readonly plans: PlanBook }): readonly InternalDoor[] {
  const rate = createQuestionRate();
  return [createAskDoor(deps, rate), createPlanDoor({ ...deps, rate })];
}
