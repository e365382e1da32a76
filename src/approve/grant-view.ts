// What was approved and may still be used, in one list: the one later use of a ticket, and the grants that stand for a while.

import { isOverdue } from './book.ts';
import { missing } from './requirements.ts';
import { readScope } from './scope.ts';
import { isOver } from './standing-uses.ts';
import type { Book } from './book.ts';
import type { Grant } from './grant.ts';
import type { RecordedAction } from '../record/entry.ts';
import type { StandingGrant } from './standing-grant.ts';
import type { Approval, Ticket } from './ticket.ts';

/** Those that would let something go right now, oldest first. */
export function listGrants(book: Book): readonly Grant[] {
  const usable = (one: Pick<Ticket, 'waits' | 'approvals'>): boolean => missing(one, book.approvers.standing).length === 0;
  const once = [...book.store.tickets.values()].filter((ticket) => ticket.grant && !isOverdue(book, ticket) && usable(ticket));
  const scoped = [...book.store.standing.values()].filter((grant) => !isOver(book, grant) && usable(grant));
  return [...once.map(onceView), ...scoped.map(scopedView)].toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
}

function onceView(ticket: Ticket): Grant {
  const { id, agent, actions, waits, approvals, createdAt, expiresAt } = ticket;
  return {
    id,
    ticket: id,
    kind: 'once',
    agent,
    session: null,
    action: actions[0]?.action ?? null,
    resource: resourceOf(actions[0]),
    policies: waits.map(({ policy }) => policy),
    by: namesOf(approvals),
    createdAt: approvals.at(-1)?.at ?? createdAt,
    expiresAt,
    usesLeft: 1,
  };
}

function scopedView(grant: StandingGrant): Grant {
  const scope = readScope(grant.scope);
  const { id, ticket, agent, actions, waits, approvals, createdAt, expiresAt, usesLeft } = grant;
  return {
    id,
    ticket,
    kind: 'scoped',
    agent,
    session: scope?.session === true ? grant.session : null,
    action: actions[0]?.action ?? null,
    resource: scope?.target === true ? resourceOf(actions[0]) : null,
    policies: waits.map(({ policy }) => policy),
    by: namesOf(approvals),
    createdAt,
    expiresAt,
    usesLeft,
  };
}

function resourceOf(action: RecordedAction | undefined): string | null {
  return action === undefined ? null : `${action.resource.type} ${action.resource.id}`;
}

function namesOf(approvals: readonly Approval[]): readonly string[] {
  return [...new Set(approvals.map(({ user }) => user))];
}
