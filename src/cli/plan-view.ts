// A plan as lines for a terminal: what each step may be, and what became of it.

import type { SeenPlan, SeenStep } from '../plan/seen-plan.ts';
import { plainText } from '../record/plain-text.ts';

const MAX_TEXT_CHARS = 1_000;

/** Everything in them is plain text: titles and facts are an agent's words (threat D4). */
export function planLines(plan: SeenPlan): string[] {
  const line = (label: string, text: string): string => `  ${label.padEnd(10)}${plainText(text, MAX_TEXT_CHARS)}`;
  const whose = [
    ...(plan.session === null ? [] : [`session ${plan.session}`]),
    ...(plan.user === null ? [] : [`for ${plan.user}`]),
  ];
  return [
    `Plan ${plan.id}: ${plan.state}`,
    ...(plan.title === '' ? [] : [line('title', plan.title)]),
    line('agent', whose.length === 0 ? plan.agent : `${plan.agent} (${whose.join(', ')})`),
    ...plan.steps.flatMap((step) => stepLines(step, line)),
    ...(plan.ticket === null ? [] : [line('ticket', plan.ticket)]),
    ...plan.approvals.map(({ user, at, policies }) => line('approved', `by ${user} at ${at} for ${policies.join(', ')}`)),
    ...(plan.endedBy === null ? [] : [line('ended', `by ${plan.endedBy}${plan.note === '' ? '' : `: ${plan.note}`}`)]),
    line('proposed', plan.createdAt),
    line(plan.state === 'waiting' ? 'decide by' : 'until', plan.expiresAt),
  ];
}

function stepLines(step: SeenStep, line: (label: string, text: string) => string): string[] {
  const state = step.next ? ', may be taken now' : '';
  return [
    line(`step ${step.step}`, `${step.text}: ${step.verdict}${state}`),
    ...(step.verdict === 'WAIT' || step.verdict === 'BLOCK' ? [line('', `  ${step.policies.join(', ')}: ${step.reason}`)] : []),
    ...step.uses.map(({ exchange, at, fate }) => line('', `  taken at ${at} by ${exchange}: ${FATES[fate]}`)),
  ];
}

const FATES: Readonly<Record<SeenStep['uses'][number]['fate'], string>> = {
  sent: 'on its way',
  confirmed: 'answered',
  unknown: 'sent, and no answer came: it may have taken effect',
  refused: 'refused after that, nothing was sent',
};
