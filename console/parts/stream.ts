// The gateway's stream of events: one for the whole page, open while somebody listens and the page can be seen.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { FeedEntry, ListedTicket } from '../model/shapes.ts';

export type StreamState = 'connecting' | 'open' | 'lost';

interface Heard {
  readonly entry?: (entry: FeedEntry) => void;
  readonly ticket?: (ticket: ListedTicket) => void;
}
interface Listener {
  hear(): Heard;
  readonly onState: (state: StreamState) => void;
}

const AGAIN_MS = 3_000;
const SETTLE_MS = 1_000;

const listeners = new Set<Listener>();
let source: EventSource | null = null;
let again: ReturnType<typeof setTimeout> | undefined;
let state: StreamState = 'connecting';
/** Where a stream that was closed while nobody saw the page goes on. */
let lastId = '';

document.addEventListener('visibilitychange', follow);

/** A browser has few connections to one host: a page that nobody sees leaves its own to the others, and asks by the clock. */
function follow(): void {
  const wanted = listeners.size > 0 && document.visibilityState === 'visible';
  if (wanted === (source !== null)) return;
  if (wanted) return open();
  clearTimeout(again);
  source?.close();
  source = null;
  become('connecting');
  if (listeners.size === 0) lastId = '';
}

/** The browser reconnects by itself and says which event it had last, so no entry is missed. */
function open(): void {
  const opened = new EventSource(lastId === '' ? '/v1/events' : `/v1/events?after=${encodeURIComponent(lastId)}`);
  source = opened;
  opened.addEventListener('open', () => become('open'));
  opened.addEventListener('entry', (event) => {
    lastId = event.lastEventId;
    for (const listener of [...listeners]) listener.hear().entry?.(JSON.parse(event.data));
  });
  opened.addEventListener('ticket', (event) => {
    for (const listener of [...listeners]) listener.hear().ticket?.(JSON.parse(event.data));
  });
  opened.addEventListener('error', () => {
    become('lost');
    // It gives up for good on an answer that is no stream, such as a gateway that is starting: try again, gently.
    if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, AGAIN_MS);
  });
}

function become(next: StreamState): void {
  state = next;
  for (const listener of [...listeners]) listener.onState(next);
}

function useHeard(heard: Heard): StreamState {
  const [shown, setShown] = useState<StreamState>(state);
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const listener: Listener = { hear: () => latest.current, onState: setShown };
    listeners.add(listener);
    setShown(state);
    follow();
    return () => {
      listeners.delete(listener);
      follow();
    };
  }, []);
  return shown;
}

/** Calls `onEntry` for each entry; an approver who may not read the record hears none. */
export function useStream(onEntry: (entry: FeedEntry) => void): StreamState {
  return useHeard({ entry: onEntry });
}

/**
 * Calls `onMove` when a ticket moved (with `id`, that one), and once more when its entry can be read too. A storm of moves is a call a second.
 */
export function useTicketMoves(onMove: () => void, id: string | null = null): StreamState {
  const moved = useSettled(onMove);
  return useHeard({ ticket: (ticket) => void ((id === null || ticket.id === id) && moved()) });
}

/** The same of plans: operators hear their entries, approvers that a ticket moved, which may be a plan's. */
export function usePlanMoves(onMove: () => void, id: string | null = null): StreamState {
  const moved = useSettled(onMove);
  return useHeard({
    entry: (entry) => void (entry.type === 'plan' && (id === null || entry.resource === `Plan::${id}`) && moved()),
    ticket: moved,
  });
}

function useSettled(onMove: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(onMove);
  latest.current = onMove;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    if (timer.current !== undefined) return;
    latest.current();
    timer.current = setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, SETTLE_MS);
  };
}
