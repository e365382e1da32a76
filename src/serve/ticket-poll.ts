// Long polls: who asks about a waiting ticket is answered at its next move, without anybody looking at a clock meanwhile.

import type { TicketBook } from '../approve/tickets.ts';

export interface TicketPoll {
  /**
   * Resolves at the ticket's next move, after `seconds`, or when `signal` aborts; at once for a ticket that does not wait for people,
   * and when the caller or everybody together polls too much already: who asks again is never refused, only answered sooner.
   */
  next(id: string, caller: string, seconds: number, signal: AbortSignal): Promise<void>;
  /** Polls under way. */
  count(): number;
  /** Answers all that wait. */
  close(): void;
}

export interface TicketPollOptions {
  readonly tickets: Pick<TicketBook, 'get' | 'watch'>;
  readonly max?: number;
  readonly maxPerCaller?: number;
}

export const MAX_WAIT_SECONDS = 60;

export function createTicketPoll({ tickets, max = 256, maxPerCaller = 16 }: TicketPollOptions): TicketPoll {
  const waiting = new Map<string, Set<() => void>>();
  const perCaller = new Map<string, number>();
  let count = 0;
  let closed = false;
  const wake = (id: string): void => {
    for (const answer of waiting.get(id) ?? []) answer();
  };
  const stop = tickets.watch((ticket) => wake(ticket.id));
  const room = (caller: string): boolean => !closed && count < max && (perCaller.get(caller) ?? 0) < maxPerCaller;
  return {
    async next(id, caller, seconds, signal) {
      if (seconds <= 0 || signal.aborted || tickets.get(id)?.state !== 'pending' || !room(caller)) return;
      count += 1;
      perCaller.set(caller, (perCaller.get(caller) ?? 0) + 1);
      try {
        await moved(waiting, id, Math.min(seconds, MAX_WAIT_SECONDS), signal);
      } finally {
        count -= 1;
        const left = (perCaller.get(caller) ?? 1) - 1;
        if (left === 0) perCaller.delete(caller);
        else perCaller.set(caller, left);
      }
    },
    count: () => count,
    close() {
      closed = true;
      stop();
      for (const id of [...waiting.keys()]) wake(id);
    },
  };
}

function moved(waiting: Map<string, Set<() => void>>, id: string, seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const line = waiting.get(id) ?? new Set();
    waiting.set(id, line);
    const answer = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', answer);
      line.delete(answer);
      if (line.size === 0 && waiting.get(id) === line) waiting.delete(id);
      resolve();
    };
    const timer = setTimeout(answer, seconds * 1000).unref();
    signal.addEventListener('abort', answer, { once: true });
    line.add(answer);
  });
}
