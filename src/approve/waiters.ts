// Held exchanges: each waits for its ticket to be decided, for holdSeconds to pass, or for its client to hang up.

import type { Ticket, WaitOutcome } from './ticket.ts';

interface Waiter {
  readonly exchange: string;
  /** Ends the wait. The first call counts, later ones do nothing. */
  settle(outcome: WaitOutcome): void;
  fail(error: unknown): void;
}

export interface Waiters {
  /** Resolves with how the wait ended. `current` gives the ticket as it is when the time is up. */
  hold(ticket: string, exchange: string, signal: AbortSignal, current: () => Ticket): Promise<WaitOutcome>;
  /**
   * Takes the newest waiter still connected out of the line. From here on neither its timer nor a hang-up ends its wait: the one who took
   * it settles it. Without that an approval could be spent on a waiter that left while the entry was written.
   */
  takeNewest(ticket: string): Waiter | null;
  /** Puts a taken waiter back when the move it was taken for could not be written. */
  putBack(ticket: string, waiter: Waiter): void;
  settleAll(ticket: string, outcome: WaitOutcome): void;
  count(): number;
  /** Ends every wait as held out, and every later one at once: the gateway stops. One that was taken is still its taker's to end. */
  close(current: (ticket: string) => Ticket | undefined): void;
}

interface Held extends Waiter {
  taken: boolean;
  late: WaitOutcome | null;
  /** It has waited long enough: now, or once whoever took it has put it back. */
  holdOut(ticket: Ticket): void;
}

/** Waiters of one ticket: the same request again and again shall not hold any number of connections. */
const MAX_WAITERS = 32;

export function createWaiters(holdSeconds: number): Waiters {
  const lines = new Map<string, Held[]>();
  let closed = false;
  const leave = (ticket: string, held: Held): void => {
    const line = (lines.get(ticket) ?? []).filter((other) => other !== held);
    if (line.length === 0) lines.delete(ticket);
    else lines.set(ticket, line);
  };
  return {
    hold(ticket, exchange, signal, current) {
      const { held, ended } = holdOne(exchange, holdSeconds, signal, current, (one) => leave(ticket, one));
      const line = [...(lines.get(ticket) ?? []), held];
      lines.set(ticket, line);
      if (line.length > MAX_WAITERS) line.find((other) => !other.taken)?.settle({ kind: 'superseded', ticket: current() });
      if (closed || signal.aborted) held.settle({ kind: 'held-out', ticket: current() });
      return ended;
    },
    takeNewest(ticket) {
      const held = lines.get(ticket)?.at(-1);
      if (held === undefined) return null;
      held.taken = true;
      return held;
    },
    putBack(ticket, waiter) {
      const held = lines.get(ticket)?.find((other) => other === waiter);
      if (held === undefined) return;
      held.taken = false;
      if (held.late !== null) held.settle(held.late);
    },
    settleAll(ticket, outcome) {
      for (const held of lines.get(ticket) ?? []) if (!held.taken) held.settle(outcome);
    },
    count: () => [...lines.values()].reduce((sum, line) => sum + line.length, 0),
    close(current) {
      closed = true;
      for (const [id, line] of lines) {
        const ticket = current(id);
        for (const held of line) if (ticket !== undefined) held.holdOut(ticket);
      }
    },
  };
}

/** One waiter with its timer and its client's hang-up; `leave` runs once, when its wait is over. */
function holdOne(
  exchange: string,
  holdSeconds: number,
  signal: AbortSignal,
  current: () => Ticket,
  leave: (held: Held) => void,
): { readonly held: Held; readonly ended: Promise<WaitOutcome> } {
  const { promise, resolve, reject } = Promise.withResolvers<WaitOutcome>();
  const holdOut = (): void => held.holdOut(current());
  const timer = setTimeout(holdOut, holdSeconds * 1000);
  timer.unref();
  signal.addEventListener('abort', holdOut, { once: true });
  const end = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', holdOut);
    leave(held);
  };
  const held: Held = {
    exchange,
    taken: false,
    late: null,
    holdOut(ticket) {
      if (held.taken) held.late = { kind: 'held-out', ticket };
      else held.settle({ kind: 'held-out', ticket });
    },
    settle(outcome) {
      end();
      resolve(outcome);
    },
    fail(error) {
      end();
      reject(error instanceof Error ? error : new Error(String(error)));
    },
  };
  return { held, ended: promise };
}
