// The gateway's stream of events, opened while somebody looks.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { FeedEntry } from '../model/shapes.ts';

export type StreamState = 'connecting' | 'open' | 'lost';

/** Calls `onEntry` for each entry. The browser reconnects by itself and says which event it had last, so nothing is missed. */
export function useStream(onEntry: (entry: FeedEntry) => void): StreamState {
  const [state, setState] = useState<StreamState>('connecting');
  const latest = useRef(onEntry);
  latest.current = onEntry;
  useEffect(() => {
    let again: ReturnType<typeof setTimeout> | undefined;
    let source: EventSource | null = null;
    const open = (): void => {
      source = new EventSource('/v1/events');
      source.addEventListener('open', () => setState('open'));
      source.addEventListener('entry', (event) => latest.current(JSON.parse(event.data)));
      source.addEventListener('error', () => {
        setState('lost');
        // It gives up for good on an answer that is no stream, such as a gateway that is starting: try again, gently.
        if (source?.readyState === EventSource.CLOSED) again = setTimeout(open, 3_000);
      });
    };
    open();
    return () => {
      clearTimeout(again);
      source?.close();
    };
  }, []);
  return state;
}
