// The tickets that wait, kept fresh for the whole page: the inbox, the count beside its name, and desktop notifications.

import { useEffect, useRef } from 'preact/hooks';
import { headlineText } from '../model/headline.ts';
import { plainLine } from '../model/plain-text.ts';
import type { ListedTicket } from '../model/shapes.ts';
import { useFollowed } from './followed.ts';
import type { Loaded } from './hooks.ts';

export function usePending(): Loaded<readonly ListedTicket[]> {
  const pending = useFollowed<readonly ListedTicket[]>('/v1/tickets?state=pending');
  useArrivals(pending.value);
  return pending;
}

/** By the gateway's clock, which need not be this machine's: how far ahead it is, from an answer that has both. */
export function clockOffset(ticket: Pick<ListedTicket, 'expiresAt' | 'secondsLeft'>, receivedMs: number): number {
  return Date.parse(ticket.expiresAt) - ticket.secondsLeft * 1_000 - receivedMs;
}

/** Tells of tickets that were not there before; those of the first answer are no news. */
function useArrivals(tickets: readonly ListedTicket[] | null): void {
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (tickets === null) return;
    const fresh = tickets.filter((ticket) => ticket.mayDecide && known.current?.has(ticket.id) === false);
    known.current = new Set([...(known.current ?? []), ...tickets.map((ticket) => ticket.id)]);
    for (const ticket of fresh) announce(ticket);
  }, [tickets]);
}

export function notificationsAre(): 'on' | 'off' | 'denied' | 'unsupported' {
  if (!('Notification' in globalThis)) return 'unsupported';
  if (Notification.permission === 'granted') return 'on';
  return Notification.permission === 'denied' ? 'denied' : 'off';
}

function announce(ticket: ListedTicket): void {
  if (notificationsAre() !== 'on' || document.visibilityState === 'visible') return;
  const action = ticket.actions[0];
  const title = action === undefined ? 'A request waits' : plainLine(headlineText(action), 80);
  const note = new Notification(title, { body: plainLine(`${ticket.agent}: ${ticket.reason}`, 160), tag: ticket.id });
  note.addEventListener('click', () => {
    focus();
    location.hash = `#/inbox/${ticket.id}`;
    note.close();
  });
}
