// A plan in words that a model can act on.

import type { PlanStatus, PlanStepStatus } from '../client/planning.ts';

export function planText({ id, state, ticket, note, steps, blocked, expiresAt, next }: PlanStatus): string {
  const inForce = state === 'accepted';
  return [
    `Plan ${id} is ${state}${inForce ? `, until ${expiresAt}` : ''}.`,
    ...(note === '' ? [] : [`Said of it: ${note}`]),
    ...blocked.map(
      ({ step, policies, reason }) => `Step ${step} is in its way: ${reason} (${policies.join(', ') || 'no policy'})`,
    ),
    ...(state === 'rejected' ? [] : steps.map(stepText)),
    next,
    ...(state === 'waiting' && ticket !== null ? [`Follow it with ticket_status and "${ticket}".`] : []),
  ].join('\n');
}

function stepText({ step, text, verdict, next, times, uses }: PlanStepStatus): string {
  const lost = uses.some((use) => use.fate === 'unknown') ? ', no answer came to one of them: it may have taken effect' : '';
  const taken = uses.length === 0 ? '' : `; taken ${uses.length} of ${times}${lost}`;
  return `${step}. ${text}: ${verdict}${taken}${next ? '; may be taken now' : ''}`;
}
