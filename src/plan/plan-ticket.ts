// The one ticket of a plan: its steps in order, and every policy that any of them waits for.

import type { ParkRequest } from '../approve/tickets.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import { plainText } from '../record/plain-text.ts';
import type { Ledger } from '../record/ledger.ts';
import type { RecordedAction } from '../record/entry.ts';
import type { Bound, Plan, PlanStep } from './plan.ts';

const MAX_REASON_CHARS = 4_000;

/** No request has it: the label is not that of a request's binding. */
export function bindingOfPlan({ keyedDigest }: Pick<Ledger, 'keyedDigest'>, id: string): string {
  return keyedDigest(`interlock plan ${id}`);
}

export function planTicket(
  plan: Pick<Plan, 'id' | 'agent' | 'user' | 'session' | 'title' | 'steps' | 'lifetimeSeconds'>,
  actions: readonly RecordedAction[],
  digest: Pick<Ledger, 'keyedDigest'>,
): ParkRequest {
  const { id, agent, user, session, steps } = plan;
  return {
    exchange: id,
    binding: bindingOfPlan(digest, id),
    ...{ agent, user, session, actions },
    host: 'interlock.internal',
    method: 'POST',
    path: `/v1/plans/${id}`,
    reason: reasonOf(plan),
    waits: waitsOfSteps(steps),
    idempotency: null,
    offers: [],
    scope: null,
  };
}

/** INVARIANT: each WAIT policy of each step must be satisfied; of one that asks in two ways both are asked. */
export function waitsOfSteps(steps: ReadonlyArray<Pick<PlanStep, 'waits'>>): WaitRequirement[] {
  const byPolicy = new Map<string, WaitRequirement>();
  for (const wait of steps.flatMap((step) => step.waits)) if (!byPolicy.has(wait.policy)) byPolicy.set(wait.policy, wait);
  return [...byPolicy.values()];
}

function reasonOf({ title, steps, lifetimeSeconds }: Pick<Plan, 'title' | 'steps' | 'lifetimeSeconds'>): string {
  const named = title === '' ? '' : ` "${title}"`;
  const lines = steps.map((step, at) => `${at + 1}. ${stepText(step, steps)}`);
  return plainText(
    `Plan${named}: ${steps.length} steps, each as often as it says, within ${minutes(lifetimeSeconds)} of the approval. ${lines.join('; ')}`,
    MAX_REASON_CHARS,
  );
}

/** One step in one line: what, on what, how far it may differ, and how often. */
export function stepText(step: PlanStep, steps: readonly PlanStep[]): string {
  const what = step.patterns.map(({ action, resource }) => `${action} on ${resource.id}`).join(' and ');
  const bounds = step.patterns.flatMap((pattern) =>
    Object.entries(pattern.bounds).map(([fact, bound]) => boundText(fact, bound)),
  );
  const manner = [
    ...bounds,
    ...(step.binding === null ? [] : ['exactly as written']),
    ...(step.times > 1 ? [`up to ${step.times} times`] : []),
    ...(step.optional ? ['optional'] : []),
    ...(steps.filter(({ group }) => group === step.group).length > 1 ? ['in any order with its neighbours'] : []),
  ];
  return `${step.title === '' ? '' : `${step.title}: `}${what}${manner.length === 0 ? '' : ` (${manner.join(', ')})`}`;
}

export function boundText(fact: string, bound: Bound): string {
  if ('any' in bound) return `${fact}: any`;
  return 'atMost' in bound ? `${fact} at most ${bound.atMost}` : `${fact} within ${bound.within.join(', ')}`;
}

function minutes(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}
