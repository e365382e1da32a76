// The card of a plan's ticket: each step, what waits for people, and what Approve gives.

import { amountText } from '../decide/reason.ts';
import type { RecordedAction } from '../record/entry.ts';
import { fieldSection, section, shown } from './slack-text.ts';
import type { SlackBlock } from './slack-client.ts';
import type { Ticket } from './ticket.ts';
import { withdrawnFor } from './ticket-states.ts';

const MAX_STEPS = 20;
const MAX_STEP_CHARS = 600;
/** Told elsewhere in the step, or the same for all of them. */
const ELSEWHERE =
  /^(?:plan\..*|amountKnown|amountMinor|currency|currencySource|host|inspected|method|minorPerMajor|path|session|user)$/;

export function planBlocks(ticket: Ticket): SlackBlock[] {
  const steps = ticket.actions.slice(0, MAX_STEPS);
  const left = ticket.actions.length - steps.length;
  return [
    section('Several steps that the agent means to take, and has not taken yet. Each as often and as far as it says, in order:'),
    ...steps.map((action) => section(stepText(action))),
    ...(left > 0 ? [section(`and ${left} more, which are not shown here: look at all of them in the console`)] : []),
    fieldSection([
      ['Agent', ticket.agent],
      ['For', ticket.user ?? 'nobody in particular'],
      ...(ticket.session === null ? [] : [['Session', ticket.session] as const]),
      ['Policy', ticket.waits.map(({ policy }) => policy).join(', ')],
    ]),
    section(`Why people are asked\n${ticket.waits.map(({ reason }) => shown(reason, 300)).join('\n')}`),
    section(`All of it, with the names that the agent gave\n${shown(ticket.reason, 1_500)}`),
  ];
}

function stepText({ action, resource, verdict, policies, facts }: RecordedAction): string {
  const number = typeof facts['plan.step'] === 'number' ? `Step ${facts['plan.step']}: ` : '';
  const amount = facts['amountKnown'] === undefined ? [] : [`how much: ${amountText({ facts })}`];
  const bounds = facts['plan.bounds'];
  const others = Object.entries(facts)
    .filter(([name]) => !ELSEWHERE.test(name))
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? value.join(', ') : String(value)}`);
  const asks = verdict === 'WAIT' ? `waits for people by ${policies.join(', ')}` : 'needs nobody';
  const lines = [...amount, ...(typeof bounds === 'object' ? [`may differ: ${bounds.join('; ')}`] : []), ...others];
  return shown(`${number}${action} on ${resource.type} ${resource.id} (${asks}). ${lines.join('. ')}`, MAX_STEP_CHARS);
}

export const PLAN_BUTTON_WORDS =
  'Approve: nothing is sent now. The agent may send these steps itself, each once or as often as it says, in order and within its bounds. It satisfies ' +
  'only what waits: what policy blocks or changes by then stays blocked or changed. Deny: the agent is told no.';

export function planTitle(ticket: Pick<Ticket, 'state' | 'denial'>): string {
  switch (ticket.state) {
    case 'pending':
      return 'Approval needed for a plan';
    case 'approved':
    case 'spent':
      return 'Plan approved';
    case 'denied':
      return 'Plan denied';
    case 'expired':
      return withdrawnFor(ticket) === null ? 'Plan expired' : 'Plan withdrawn';
  }
}

export function planEnd(ticket: Ticket, plan: string): string {
  const names = [...new Set(ticket.approvals.map(({ user }) => shown(user, 64)))].join(', ');
  switch (ticket.state) {
    case 'pending':
      return 'It waits.';
    case 'approved':
    case 'spent':
      return `Approved by ${names}. What became of its steps is in the console under Plans; \`interlock plans revoke ${plan}\` ends it.`;
    case 'denied':
      return `Denied by ${shown(ticket.deniedBy ?? 'an approver', 64)}${ticket.denial === null ? '' : `: ${shown(ticket.denial)}`}. None of its steps was let go by it.`;
    case 'expired':
      return `${ticket.denial === null ? 'It was not decided in time' : `Withdrawn: ${shown(ticket.denial)}`}. None of its steps was let go by it.`;
  }
}
