// Tickets as text beside the chain, and the one way a ticket moves: an entry and its state in one synced batch.

import { InterlockError } from '../errors.ts';
import { parseTicket, TICKET_KEY } from './stored-ticket.ts';
import { parseStanding, STANDING_KEY } from './standing-grant.ts';
import { SEND_KEY, parseSend } from './standing-send.ts';
import { createEndedTickets } from './ended-tickets.ts';
import { isOpen } from './ticket-states.ts';
import type { StandingSend } from './standing-send.ts';
import type { TicketBody } from '../record/entry.ts';
import type { Ledger, StateChange, StateStore } from '../record/ledger.ts';
import type { StandingGrant } from './standing-grant.ts';
import type { Ticket } from './ticket.ts';

/** A ticket is held in memory and shown to people: one that says more than this can't be judged by a person anyway. */
const MAX_TICKET_LENGTH = 256 * 1024;

/** What a move's entry tells besides the ticket. */
export interface MoveNote {
  readonly move: TicketBody['move'];
  readonly exchange: string | null;
  readonly by: string | null;
  readonly channel: TicketBody['channel'];
  readonly note: string;
}

export interface TicketStore {
  /** Every kept ticket, in the order in which it was opened. */
  readonly tickets: Map<string, Ticket>;
  /**
   * Writes the ticket with one entry for each note, then keeps it. The state goes with the first entry: a crash behind it loses a note
   * and never half a move (threat D10). `left` is the standing grant that the move leaves. Throws RECORD_FAILED with nothing changed,
   * TICKET_LIMIT for a ticket too large to be kept.
   */
  save(ticket: Ticket, notes: readonly [MoveNote, ...MoveNote[]], left?: StandingGrant): Promise<void>;
  /** An entry about a ticket that stays as it is. */
  remark(ticket: Ticket, note: MoveNote): Promise<void>;
  /** Every grant that stands, by its id. */
  readonly standing: ReadonlyMap<string, StandingGrant>;
  /**
   * A standing grant changed or gone, in one batch with the entry that says so and with what is sent by it. Throws RECORD_FAILED with nothing
   * changed.
   */
  changeStanding(
    ticket: Pick<Ticket, 'id' | 'agent' | 'binding'>,
    note: MoveNote,
    change: { readonly put: StandingGrant } | { readonly del: string },
    send?: StandingSend,
  ): Promise<void>;
  /** What is to be sent by an approval that was given for something else (a model's call), in one batch with the entry that says so. */
  beginSend(ticket: Ticket, note: MoveNote, send: StandingSend): Promise<void>;
  /** What went out by an approval that was not for it alone and is not known to have ended, by its binding. */
  readonly sends: ReadonlyMap<string, StandingSend>;
  /** It ended, in one batch with the entry that says how. */
  endSend(ticket: Ticket, note: MoveNote, binding: string): Promise<void>;
}

/** Loads what the data folder holds. Throws STORE_CORRUPT when a ticket can't be read. */
export async function openTicketStore(ledger: Ledger & StateStore): Promise<TicketStore> {
  const loaded = (await ledger.list(TICKET_KEY)).map(([key, text]) => parseTicket(key, text));
  loaded.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const tickets = new Map(loaded.map((ticket) => [ticket.id, ticket]));
  const ended = createEndedTickets();
  for (const ticket of loaded) ended.see(ticket);
  const kept = (await ledger.list(STANDING_KEY)).map(([key, text]) => parseStanding(key, text));
  const standing = new Map(kept.map((grant) => [grant.id, grant]));
  const sends = await keptSends(ledger);
  return {
    tickets,
    standing,
    sends,
    async save(ticket, [first, ...rest], left) {
      const value = JSON.stringify(ticket);
      if (value.length > MAX_TICKET_LENGTH) {
        throw new InterlockError(
          'TICKET_LIMIT',
          `this request does more than a person can be asked to sign off at once (${value.length} characters; at most ${MAX_TICKET_LENGTH}): split it`,
        );
      }
      const forgotten = isOpen(ticket) ? [] : ended.beyond(neededTickets(standing, sends));
      const state: StateChange[] = [
        { put: TICKET_KEY + ticket.id, value },
        ...forgotten.map((id) => ({ del: TICKET_KEY + id })),
        ...(left === undefined ? [] : [putStanding(left)]),
      ];
      // All appends are made in one turn, so they share a group; the state goes with the first.
      const written = ledger.append(entryOf(ticket, first), 'synced', state);
      const told = rest.map((note) => ledger.append(entryOf(ticket, note), 'synced'));
      const others = Promise.all(told);
      others.catch(() => undefined);
      await written;
      for (const id of forgotten) tickets.delete(id);
      for (const id of forgotten) ended.forget(id);
      tickets.set(ticket.id, ticket);
      ended.see(ticket);
      if (left !== undefined) standing.set(left.id, left);
      await others;
    },
    async remark(ticket, note) {
      await ledger.append(entryOf(ticket, note), 'synced');
    },
    async changeStanding(ticket, note, change, send) {
      const state = 'put' in change ? putStanding(change.put) : { del: STANDING_KEY + change.del };
      const sent = send === undefined ? [] : [putSend(send)];
      await ledger.append(entryOf(ticket, note), 'synced', [state, ...sent]);
      if (send !== undefined) sends.set(send.binding, send);
      if ('put' in change) standing.set(change.put.id, change.put);
      else standing.delete(change.del);
    },
    async beginSend(ticket, note, send) {
      await ledger.append(entryOf(ticket, note), 'synced', [putSend(send)]);
      sends.set(send.binding, send);
    },
    async endSend(ticket, note, binding) {
      await ledger.append(entryOf(ticket, note), 'synced', [{ del: SEND_KEY + binding }]);
      sends.delete(binding);
    },
  };
}

async function keptSends(ledger: StateStore): Promise<Map<string, StandingSend>> {
  const kept = (await ledger.list(SEND_KEY)).map(([key, text]) => parseSend(key, text));
  return new Map(kept.map((send) => [send.binding, send]));
}

/** A grant is used as its ticket's, and who decides about a repeat is told of the ticket that an earlier try went out under. */
function neededTickets(standing: ReadonlyMap<string, StandingGrant>, sends: ReadonlyMap<string, StandingSend>): Set<string> {
  return new Set([...standing.values(), ...sends.values()].map(({ ticket }) => ticket));
}

function putStanding(grant: StandingGrant): StateChange {
  return { put: STANDING_KEY + grant.id, value: JSON.stringify(grant) };
}

function putSend(send: StandingSend): StateChange {
  return { put: SEND_KEY + send.binding, value: JSON.stringify(send) };
}

function entryOf(ticket: Pick<Ticket, 'id' | 'agent' | 'binding'>, note: MoveNote): TicketBody {
  return { type: 'ticket', ticket: ticket.id, agent: ticket.agent, binding: ticket.binding, ...note };
}
