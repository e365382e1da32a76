// A ticket as text in the data folder, read back with doubt.

import { InterlockError } from '../errors.ts';
import { isTicketId } from './ticket-id.ts';
import type { Approval, Ticket, TicketState } from './ticket.ts';

export const TICKET_KEY = 'ticket:';

const STATES: readonly TicketState[] = ['pending', 'approved', 'denied', 'expired', 'spent'];

/** What a ticket that was stored before there were these has. */
const LATER_FIELDS = {
  denial: null,
  offers: [],
  edit: null,
  scope: null,
  warning: null,
  idempotency: null,
  outcome: null,
} as const;
type Stored = Omit<Ticket, keyof typeof LATER_FIELDS>;

/**
 * Reads a stored ticket back. Only what decides is checked: the rest is ours as written, and the batch it came in was whole.
 * INVARIANT: a ticket whose state, binding, grant or approvals can't be read opens no door; the start fails instead.
 */
export function parseTicket(key: string, text: string): Ticket {
  let stored: Stored | null;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw corrupt(key, cause);
  }
  if (typeof stored !== 'object' || stored === null) throw corrupt(key);
  const ticket: Ticket = { ...LATER_FIELDS, ...stored };
  if (!isSound(ticket) || key !== TICKET_KEY + ticket.id) throw corrupt(key);
  return { ...ticket, approvals: ticket.approvals.map(withScope) };
}

/** Approvals given before there were scopes are for one request. */
function withScope(approval: Partial<Pick<Approval, 'scope'>> & Omit<Approval, 'scope'>): Approval {
  return { ...approval, scope: approval.scope ?? false };
}

function isSound(ticket: Ticket): boolean {
  return (
    isTicketId(ticket.id) &&
    STATES.includes(ticket.state) &&
    /^[0-9a-f]{64}$/.test(ticket.binding) &&
    typeof ticket.grant === 'boolean' &&
    ticket.grant === (ticket.state === 'approved') &&
    typeof ticket.agent === 'string' &&
    !Number.isNaN(Date.parse(ticket.createdAt)) &&
    !Number.isNaN(Date.parse(ticket.expiresAt)) &&
    hasSoundLists(ticket)
  );
}

function hasSoundLists(ticket: Ticket): boolean {
  return (
    Array.isArray(ticket.approvals) &&
    ticket.approvals.every(isApproval) &&
    Array.isArray(ticket.waits) &&
    ticket.waits.every(isWait) &&
    Array.isArray(ticket.actions) &&
    Array.isArray(ticket.offers) &&
    isTextOrNull(ticket.edit) &&
    isTextOrNull(ticket.scope) &&
    (ticket.idempotency === null || (isTextOrNull(ticket.idempotency.name) && isTextOrNull(ticket.idempotency.key)))
  );
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isApproval(value: Partial<Approval>): boolean {
  return (
    typeof value.user === 'string' &&
    isTextList(value.policies) &&
    (value.scope === undefined || typeof value.scope === 'boolean')
  );
}

function isWait(value: Ticket['waits'][number]): boolean {
  return (
    typeof value.policy === 'string' && isTextList(value.approvers) && Number.isSafeInteger(value.quorum) && value.quorum > 0
  );
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function corrupt(key: string, cause?: unknown): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the record of ${key} in the data folder can't be read`, {
    cause,
    hint: 'run `interlock ledger verify`; restore the data folder from a copy',
  });
}
