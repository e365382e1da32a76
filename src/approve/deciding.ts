// Approving and denying: one writer wins, the decision is on disk before anybody acts on it, refused tries are on record too.

import { InterlockError } from '../errors.ts';
import { plainText } from '../record/plain-text.ts';
import { knownTicket, save } from './book.ts';
import { choiceNote, choose } from './choice.ts';
import { deadlineIn } from './clock.ts';
import { settleOverdue } from './expiry.ts';
import { spend, spentNote } from './grants.ts';
import { hasSigned, missing, signers } from './requirements.ts';
import { moveTicket, ticketStateError, withdrawnFor } from './ticket-states.ts';
import { MAX_DENIAL_CHARS } from './ticket.ts';
import type { UserRecord } from '../identify/directory.ts';
import type { Book } from './book.ts';
import { standingOf, type StandingGrant } from './standing-grant.ts';
import type { MoveNote } from './ticket-store.ts';
import type { Approval, Channel, Choice, Decider, Ticket } from './ticket.ts';

/** How many refused tries of one ticket are told: a loop with a wrong token shall not fill the disk. */
const REFUSALS_TOLD = 20;
export type RefusalCounts = Map<string, number>;

type Notes = readonly [MoveNote, ...MoveNote[]];

/** Who decides which ticket, through which door. */
export interface Deciding {
  readonly id: string;
  readonly by: Decider;
  readonly channel: Channel;
}

/** See TicketBook.approve. Throws TICKET_STATE to the loser of a race, naming the winner (threat D8). */
export async function approveTicket(book: Book, refusals: RefusalCounts, deciding: Deciding, choice: Choice): Promise<Ticket> {
  const { id, channel } = deciding;
  return asApprover(book, refusals, deciding, async (given, user) => {
    const ticket = choose(given, choice, book.approvers.standing);
    const able = book.approvers
      .satisfiable(user, ticket, missing(ticket, book.approvers.standing))
      .filter((wait) => !hasSigned(ticket, user.name, wait));
    if (able.length === 0) {
      throw new InterlockError(
        'TICKET_STATE',
        `ticket ${id} has no part left that ${user.name} could approve: it waits for ${stillNeeded(book, ticket)}`,
      );
    }
    const approval: Approval = {
      user: user.name,
      at: new Date(book.clock.wallMs()).toISOString(),
      channel,
      policies: able.map((wait) => wait.policy),
      scope: choice.scope === true,
    };
    const told = choiceNote(ticket, choice);
    const signed: Ticket = { ...ticket, approvals: [...ticket.approvals, approval] };
    if (missing(signed, book.approvers.standing).length === 0) {
      const left = standingOf(signed, book.clock.wallMs(), book.approvers.standing);
      return release(book, signed, [approvedNote(user, channel, told), ...standingNotes(left, user, channel)], left);
    }
    return save(book, moveTicket(signed, 'pending'), [
      approvedNote(user, channel, `${told}one of several; still to come: ${stillNeeded(book, signed)}`),
    ]);
  });
}

/** See TicketBook.deny. Whoever may approve a part may deny the whole. `said` is the reason, empty for none. */
export async function denyTicket(book: Book, refusals: RefusalCounts, deciding: Deciding, said: string): Promise<Ticket> {
  const { id, channel } = deciding;
  // At the last door, so that no other can forget it: this is shown to other approvers and in terminals (threat D4).
  const reason = plainText(said.trim(), MAX_DENIAL_CHARS);
  return asApprover(book, refusals, deciding, async (ticket, user) => {
    const denied = await save(
      book,
      moveTicket(ticket, 'denied', { deniedBy: user.name, denial: reason === '' ? null : reason }),
      [{ move: 'denied', exchange: ticket.exchange, by: user.name, channel, note: reason }],
    );
    book.waiters.settleAll(id, { kind: 'denied', ticket: denied });
    return denied;
  });
}

/** Runs `decide` in the binding's line on a pending ticket that this user may decide. */
async function asApprover(
  book: Book,
  refusals: RefusalCounts,
  deciding: Deciding,
  decide: (ticket: Ticket, user: UserRecord) => Promise<Ticket>,
): Promise<Ticket> {
  const { id } = deciding;
  await identify(book, refusals, deciding);
  return book.lock(knownTicket(book, id).binding, async () => {
    const ticket = await settleOverdue(book, knownTicket(book, id));
    const user = await mayDecideOrTell(book, refusals, deciding);
    if (ticket.state !== 'pending') {
      const ended = withdrawnFor(ticket) === null ? ticket.state : 'withdrawn';
      await tellRefusal(book, refusals, ticket, user.name, deciding.channel, `it is ${ended} already`);
      throw ticketStateError(ticket);
    }
    return decide(ticket, user);
  });
}

/** The user that decides. Throws APPROVER_REFUSED, with an entry, for who may not decide the ticket. */
export async function mayDecideOrTell(book: Book, refusals: RefusalCounts, deciding: Deciding): Promise<UserRecord> {
  const { id, channel } = deciding;
  const user = await identify(book, refusals, deciding);
  const ticket = knownTicket(book, id);
  if (book.approvers.mayDecide(user, ticket)) return user;
  const why =
    ticket.user === user.name ? 'who asked can never approve their own request' : 'policy does not let this user decide it';
  await tellRefusal(book, refusals, ticket, user.name, channel, why);
  throw new InterlockError('APPROVER_REFUSED', `${user.name} may not decide ticket ${id}: ${why}`);
}

async function identify(book: Book, refusals: RefusalCounts, { id, by, channel }: Deciding): Promise<UserRecord> {
  try {
    return book.approvers.identify(by);
  } catch (refused) {
    const ticket = book.store.tickets.get(id);
    if (ticket !== undefined) await tellRefusal(book, refusals, ticket, null, channel, 'not an active user');
    throw refused;
  }
}

async function tellRefusal(
  book: Book,
  refusals: RefusalCounts,
  ticket: Ticket,
  by: string | null,
  channel: Channel,
  note: string,
): Promise<void> {
  const told = refusals.get(ticket.id) ?? 0;
  if (told >= REFUSALS_TOLD) return;
  refusals.set(ticket.id, told + 1);
  if (refusals.size > 10_000) refusals.clear();
  await book.store.remark(ticket, { move: 'refused', exchange: null, by, channel, note });
}

/**
 * The last signature is there: the request goes to the newest waiter still connected, else it becomes a grant.
 * INVARIANT: a waiter hears of it after the ticket is spent on disk; a crash between leaves nothing that could be sent twice (threat D7).
 */
async function release(book: Book, ticket: Ticket, notes: Notes, left: StandingGrant | null): Promise<Ticket> {
  const waiter = book.waiters.takeNewest(ticket.id);
  if (waiter === null) return grant(book, ticket, notes, left);
  try {
    const spent = await save(
      book,
      moveTicket(ticket, 'spent', { outcome: 'sent' }),
      [...notes, spentNote(waiter.exchange)],
      undefined,
      left ?? undefined,
    );
    book.sending.set(ticket.id, waiter.exchange);
    waiter.settle({ kind: 'approved', ticket: spent });
    book.waiters.settleAll(ticket.id, { kind: 'superseded', ticket: spent });
    return spent;
  } catch (error) {
    if (knownTicket(book, ticket.id).state === 'pending') book.waiters.putBack(ticket.id, waiter);
    else waiter.fail(error);
    throw error;
  }
}

async function grant(book: Book, ticket: Ticket, notes: Notes, left: StandingGrant | null): Promise<Ticket> {
  const [{ by, channel }] = notes;
  const deadline = deadlineIn(book.clock, book.approvals.grantSeconds);
  const granted = await save(
    book,
    moveTicket(ticket, 'approved', { grant: true, expiresAt: new Date(deadline.wallMs).toISOString() }),
    [
      ...notes,
      {
        move: 'granted',
        exchange: null,
        by,
        channel,
        note: `one later request may go until ${new Date(deadline.wallMs).toISOString()}`,
      },
    ],
    deadline,
    left ?? undefined,
  );
  // Someone may have begun to wait while that was written.
  const waiter = book.waiters.takeNewest(ticket.id);
  if (waiter === null) return granted;
  try {
    const spent = await spend(book, granted, waiter.exchange);
    waiter.settle({ kind: 'approved', ticket: spent });
    book.waiters.settleAll(ticket.id, { kind: 'superseded', ticket: spent });
    return spent;
  } catch (error) {
    waiter.fail(error);
    throw error;
  }
}

function standingNotes(left: StandingGrant | null, user: UserRecord, channel: Channel): MoveNote[] {
  if (left === null) return [];
  const note = `grant ${left.id}: later requests like it may go: ${left.scope}, until ${left.expiresAt}`;
  return [{ move: 'granted', exchange: null, by: user.name, channel, note }];
}

function approvedNote(user: UserRecord, channel: Channel, note: string): MoveNote {
  return { move: 'approved', exchange: null, by: user.name, channel, note };
}

function stillNeeded(book: Book, ticket: Ticket): string {
  return missing(ticket, book.approvers.standing)
    .map((wait) => {
      const count = wait.quorum - signers(ticket, wait, book.approvers.standing).length;
      return `${wait.quorum > 1 ? `${count} more of ` : ''}${wait.approvers.join(' or ')} (${wait.policy})`;
    })
    .join(', ');
}
