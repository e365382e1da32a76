// What tickets and plans tell, kept fresh: read again when one moves, and by the clock where the stream of events can't be had.

import { useRef } from 'preact/hooks';
import { type Loaded, useLoaded } from './hooks.ts';
import { usePlanMoves, useTicketMoves } from './stream.ts';

const POLL_MS = 4_000;
/** What no event tells, such as a right that was given meanwhile. */
const RARE_MS = 20_000;

/** `id`: only that ticket's moves matter. `rareMs`: how often to look while the stream is open. */
export function useFollowed<T>(path: string | null, id: string | null = null, rareMs: number = RARE_MS): Loaded<T> {
  const reload = useRef<() => void>(() => undefined);
  const stream = useTicketMoves(() => reload.current(), id);
  const loaded = useLoaded<T>(path, stream === 'open' ? rareMs : POLL_MS);
  reload.current = loaded.reload;
  return loaded;
}

/** The same of plans. */
export function useFollowedPlan<T>(path: string | null, id: string | null = null): Loaded<T> {
  const reload = useRef<() => void>(() => undefined);
  const stream = usePlanMoves(() => reload.current(), id);
  const loaded = useLoaded<T>(path, stream === 'open' ? RARE_MS : POLL_MS);
  reload.current = loaded.reload;
  return loaded;
}
