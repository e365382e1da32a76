// A grant that stands for a while: requests like the one that was approved go without asking people again. Kept beside the tickets.

import { randomId } from './ticket-id.ts';
import { readScope, waiting } from './scope.ts';
import { missing } from './requirements.ts';
import { InterlockError } from '../errors.ts';
import type { WaitRequirement } from '../decide/judgement.ts';
import type { RecordedAction } from '../record/entry.ts';
import type { Standing } from './requirements.ts';
import type { Approval, Ticket } from './ticket.ts';

export interface StandingGrant {
  /** `g_` and 128 random bits in base32. */
  readonly id: string;
  /** The ticket that it was given with. */
  readonly ticket: string;
  readonly agent: string;
  readonly user: string | null;
  readonly session: string | null;
  /** As grant-scope.ts writes it. */
  readonly scope: string;
  readonly waits: readonly WaitRequirement[];
  /** Of those who gave it. */
  readonly approvals: readonly Approval[];
  /** What had to wait in the request that was approved. */
  readonly actions: readonly RecordedAction[];
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Null: as often as wanted until it ends. Never 0: a grant that is used up is gone. */
  readonly usesLeft: number | null;
}

export const STANDING_KEY = 'standing:';

/**
 * What a ticket with its last signature leaves for later requests, or null.
 * INVARIANT: it stands only when those who chose it satisfy every requirement by themselves; one of a quorum can't give it for the others.
 */
export function standingOf(ticket: Ticket, nowMs: number, standing: Standing): StandingGrant | null {
  const scope = readScope(ticket.scope);
  const approvals = ticket.approvals.filter((approval) => approval.scope);
  if (scope === null || ticket.scope === null || approvals.length === 0) return null;
  if (missing({ waits: ticket.waits, approvals }, standing).length > 0) return null;
  const { id, agent, user, session, waits } = ticket;
  return {
    id: randomId('g_'),
    ticket: id,
    agent,
    user,
    session,
    scope: ticket.scope,
    waits,
    approvals,
    actions: waiting(ticket.actions),
    createdAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + scope.seconds * 1000).toISOString(),
    usesLeft: scope.uses,
  };
}

/** Reads a stored one back. Throws STORE_CORRUPT when what decides can't be read for certain. */
export function parseStanding(key: string, text: string): StandingGrant {
  let grant: StandingGrant | null;
  try {
    grant = JSON.parse(text);
  } catch (cause) {
    throw corrupt(key, cause);
  }
  if (typeof grant !== 'object' || grant === null || key !== STANDING_KEY + grant.id) throw corrupt(key);
  const sound =
    [grant.waits, grant.approvals, grant.actions].every((list) => Array.isArray(list)) &&
    [grant.ticket, grant.agent].every((name) => typeof name === 'string') &&
    [grant.user, grant.session].every((name) => name === null || typeof name === 'string') &&
    readScope(grant.scope) !== null &&
    (grant.usesLeft === null || (Number.isSafeInteger(grant.usesLeft) && grant.usesLeft > 0)) &&
    [grant.createdAt, grant.expiresAt].every((time) => !Number.isNaN(Date.parse(time)));
  if (!sound) throw corrupt(key);
  return grant;
}

function corrupt(key: string, cause?: unknown): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the record of ${key} in the data folder can't be read`, {
    cause,
    hint: 'run `interlock ledger verify`; restore the data folder from a copy',
  });
}
