// The end of tickets nobody decided and grants nobody used: default deny by both clocks, on record.

import { asSeen, isOverdue, save } from './book.ts';
import { msUntil } from './clock.ts';
import { settleStanding } from './standing-uses.ts';
import { moveTicket } from './ticket-states.ts';
import type { Book } from './book.ts';
import type { Deadline } from './clock.ts';
import type { Ticket } from './ticket.ts';

/** The wall clock can leap while a timer sleeps: look at least this often. */
const LONGEST_SLEEP_MS = 30_000;
/** After a failed write, and against a timer that spins. */
const SHORTEST_SLEEP_MS = 20;

/** The ticket as it is now: expired, with its entry, when it is overdue (threat D9). Call it in the line of its binding. */
export async function settleOverdue(book: Book, ticket: Ticket): Promise<Ticket> {
  if (!isOverdue(book, ticket)) return ticket;
  const note = ticket.state === 'approved' ? 'the grant was not used in time' : 'nobody decided in time';
  const expired = moveTicket(ticket, 'expired', { grant: false });
  await save(book, expired, [{ move: 'expired', exchange: null, by: null, channel: 'clock', note }]);
  book.waiters.settleAll(ticket.id, { kind: 'expired', ticket: expired });
  return expired;
}

/** Expires whatever is overdue. A write that fails leaves the ticket overdue, which counts as expired, and is tried again. */
async function sweep(book: Book): Promise<void> {
  for (const id of [...book.deadlines.keys()]) {
    if (book.store.standing.has(id)) await book.lock(id, () => settleStanding(book, id)).catch(() => null);
    const ticket = book.store.tickets.get(id);
    if (ticket === undefined || !isOverdue(book, ticket)) continue;
    try {
      await book.lock(ticket.binding, () => settleOverdue(book, book.store.tickets.get(id) ?? ticket));
    } catch {
      book.waiters.settleAll(id, { kind: 'expired', ticket: asSeen(book, ticket) });
    }
  }
}

interface Alarm {
  /** Sleep until the next deadline, whichever that is now: looks at all of them. */
  set(): void;
  /** Sleep no longer than until this one: of ten thousand tickets each opening looks at its own deadline only. */
  soon(deadline: Deadline): void;
  stop(): void;
}

/** One timer for all tickets. It never keeps the process alive. */
export function createAlarm(book: () => Book): Alarm {
  let timer: NodeJS.Timeout | null = null;
  let ringsAtMs = Infinity;
  let stopped = false;
  const sleep = (milliseconds: number): void => {
    if (stopped) return;
    if (timer !== null) clearTimeout(timer);
    ringsAtMs = performance.now() + milliseconds;
    timer = setTimeout(() => void ring(), milliseconds);
    timer.unref();
  };
  const set = (): void => sleep(nextSleepMs(book()));
  const ring = async (): Promise<void> => {
    await sweep(book());
    set();
  };
  return {
    set,
    soon(deadline) {
      const milliseconds = Math.max(SHORTEST_SLEEP_MS, msUntil(book().clock, deadline));
      if (performance.now() + milliseconds < ringsAtMs) sleep(Math.min(LONGEST_SLEEP_MS, milliseconds));
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function nextSleepMs(book: Book): number {
  let sleepMs = LONGEST_SLEEP_MS;
  for (const deadline of book.deadlines.values()) sleepMs = Math.min(sleepMs, msUntil(book.clock, deadline));
  return Math.max(SHORTEST_SLEEP_MS, sleepMs);
}
