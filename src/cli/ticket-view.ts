// A ticket as programs and as approvers see it: what is asked for comes from the parsed action, never from an agent's words.

import { COVERS_WORDS, tellsOfRequest } from '../approve/approved-call.ts';
import type { Ticket } from '../approve/ticket.ts';
import type { RecordedAction } from '../record/entry.ts';
import { plainText } from '../record/plain-text.ts';

const MAX_FACT_CHARS = 300;

/** The ticket with the keys that all answers share: `action` is its first, `policies` are those that must be satisfied. */
export function ticketJson(ticket: Ticket): object {
  const { actions, waits } = ticket;
  return { ...ticket, action: actions[0]?.action ?? null, verdict: 'WAIT', policies: waits.map(({ policy }) => policy) };
}

/** Lines for a terminal; everything in them is plain text. */
export function ticketLines(ticket: Ticket): string[] {
  const line = (label: string, text: string): string => `  ${label.padEnd(10)}${plainText(text, MAX_FACT_CHARS)}`;
  const whose = [
    ticket.session === null ? '' : `session ${ticket.session}`,
    ticket.user === null ? '' : `for ${ticket.user}`,
  ].filter((part) => part !== '');
  return [
    `Ticket ${ticket.id}: ${ticket.state}${ticket.grant ? ', one use left' : ''}`,
    line('agent', whose.length === 0 ? ticket.agent : `${ticket.agent} (${whose.join(', ')})`),
    ...ticket.actions.flatMap((action) => actionLines(action, line)),
    line('request', `${ticket.method} ${ticket.host}${ticket.path}`),
    line('reason', ticket.reason),
    ...ticket.waits.map(({ policy, approvers }) => line('waits for', `${approvers.join(' or ')} (policy ${policy})`)),
    ...ticket.offers.map(({ constraint, changed }) => line('offers', `${constraint}: ${changed.join('; ')}`)),
    ...(ticket.scope === null ? [] : [line('scope', `may be approved for later requests like it: ${ticket.scope}`)]),
    ...(ticket.edit === null ? [] : [line('edit', `approved with ${ticket.edit}, and sent only so`)]),
    ...(tellsOfRequest(ticket) ? [line('covers', COVERS_WORDS)] : []),
    ...ticket.approvals.map(({ user, at, policies }) => line('approved', `by ${user} at ${at} for ${policies.join(', ')}`)),
    ...(ticket.deniedBy === null
      ? []
      : [line('denied', `by ${ticket.deniedBy}${ticket.denial === null ? '' : `: ${ticket.denial}`}`)]),
    line('opened', ticket.createdAt),
    line('expires', ticket.expiresAt),
  ];
}

function actionLines(action: RecordedAction, line: (label: string, text: string) => string): string[] {
  const facts = Object.entries(action.facts)
    .filter(([name]) => !SHOWN_ELSEWHERE.has(name))
    .map(([name, value]) => line('', `  ${name}: ${typeof value === 'object' ? value.join(', ') : String(value)}`));
  return [line('action', `${action.action} on ${action.resource.type} ${action.resource.id}`), ...facts];
}

const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(['host', 'method', 'path', 'user', 'session']);
