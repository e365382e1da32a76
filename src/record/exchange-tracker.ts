// What a walk notices besides damage: exchanges without an end, gaps, restarts, and steps of the clock.

import { trackClock } from './clock-tracker.ts';
import type { ClockState } from './clock-tracker.ts';
import { requestNumbers } from './request-numbers.ts';
import type { NumbersState, RequestNumbers } from './request-numbers.ts';
import type { StoredEntry } from './entry-codec.ts';

/** Verdicts after which the request goes out and an outcome must follow. WAIT joins them once its ticket is spent. */
const FORWARDED: ReadonlySet<unknown> = new Set(['ALLOW', 'ALLOW_LOG', 'CONSTRAIN']);
/** Exchanges remembered at once, so that a hostile chain can't fill the memory. */
const MAX_OPEN = 1_000_000;
const NOTHING_SEEN = { more: 0, forgotten: 0, gaps: 0, starts: 0, stopped: true };
const MAX_NOTES = 20;

export interface Noticed {
  readonly unfinished: number;
  readonly gaps: number;
  /** Requests that agents numbered and that are not in the ledger. */
  readonly missingRequests: number;
  readonly notes: readonly string[];
}

export interface ExchangeTracker {
  see(entry: StoredEntry): void;
  /** A part of the chain is not there any more: what follows may end what began in it. */
  passOver(): void;
  /** One more note for the report. */
  add(note: string): void;
  result(): Noticed;
  /** To go on from, in another walk. */
  state(): ExchangesState;
}

export interface ExchangesState {
  readonly open: string[];
  readonly forgotten: number;
  readonly notes: string[];
  readonly more: number;
  readonly gaps: number;
  readonly starts: number;
  readonly stopped: boolean;
  readonly clock: ClockState;
  readonly numbers: NumbersState;
}

export function trackExchanges(before?: ExchangesState): ExchangeTracker {
  const open = new Set<string>(before?.open);
  const notes: string[] = [...(before?.notes ?? [])];
  const numbers = requestNumbers(before?.numbers);
  let { more, forgotten, gaps, starts, stopped } = before ?? NOTHING_SEEN;
  const clock = trackClock(before?.clock);

  const add = (note: string): void => void (notes.length < MAX_NOTES ? notes.push(note) : (more += 1));

  function expect(exchange: unknown): void {
    if (typeof exchange !== 'string') return;
    if (open.size < MAX_OPEN) open.add(exchange);
    else forgotten += 1;
  }

  const close = (exchange: unknown): void => void (typeof exchange === 'string' && open.delete(exchange));

  function seeStart(entry: StoredEntry): void {
    starts += 1;
    const told = startNote(entry, stopped);
    if (told !== null) add(told);
    stopped = false;
  }

  return {
    see(entry) {
      const { body, sequence } = entry;
      const stepped = clock.see(entry);
      if (stepped !== null) add(stepped);
      seeNumber(body, numbers);
      if (body['type'] === 'verdict' && FORWARDED.has(body['verdict'])) expect(body['exchange']);
      else if (body['type'] === 'ticket' && (body['move'] === 'spent' || body['move'] === 'used') && !isPlan(body['exchange']))
        expect(body['exchange']);
      // What needs no approval any more because its plan was approved.
      else if (body['type'] === 'plan' && body['move'] === 'consumed') expect(body['exchange']);
      // Given back: nothing was sent by it.
      else if (body['type'] === 'outcome' || body['move'] === 'returned') close(body['exchange']);
      else if (body['type'] === 'start') seeStart(entry);
      else if (body['type'] === 'stop') stopped = true;
      else if (body['type'] === 'repair') add(`entry ${sequence}: ${repaired(body)}`);
      else if (body['type'] === 'gap') {
        gaps += 1;
        add(`entry ${sequence}: ${refusedIn(body)}`);
      }
    },
    add,
    passOver() {
      numbers.passOver();
      stopped = true;
    },
    state() {
      const counts = { forgotten, more, gaps, starts, stopped };
      return { ...counts, open: [...open], notes: [...notes], clock: clock.state(), numbers: numbers.state() };
    },
    result() {
      const all = [...startedTimes(starts), ...numbers.notes().slice(0, MAX_NOTES), ...notes];
      if (more > 0) all.push(`and ${more} more notes`);
      return { unfinished: open.size + forgotten, gaps, missingRequests: numbers.missing, notes: all };
    },
  };
}

function refusedIn({ refused, since, withdrawn }: StoredEntry['body']): string {
  const told = `${String(refused)} actions were refused because nothing could be written since ${String(since)}`;
  return withdrawn === undefined
    ? told
    : `${told}; of these were written too late and do not count: ${JSON.stringify(withdrawn)}`;
}

function startNote({ sequence, body }: StoredEntry, stopped: boolean): string | null {
  const { syncedSize: synced, note } = body;
  const told = typeof note === 'string' && note !== '' ? `; ${note}` : '';
  if (stopped) return told === '' ? null : `entry ${sequence}: started${told}`;
  const surely = typeof synced === 'number' ? `; ${synced} entries were surely on disk, ${sequence} were found` : '';
  return `entry ${sequence}: started again after a run that did not stop in order${surely}${told}`;
}

function repaired(body: StoredEntry['body']): string {
  return `the store was repaired: of ${JSON.stringify(body['entries'])} entries these were lost by damage: ${JSON.stringify(body['lost'])}; the rest holds`;
}

function startedTimes(starts: number): string[] {
  return starts > 1 ? [`started ${starts} times`] : [];
}

/** Interlock's own requests carry the number of the one they are for. */
function seeNumber(body: StoredEntry['body'], numbers: RequestNumbers): void {
  const { agentSequence, agent, session, cause } = body;
  if (body['type'] !== 'verdict' || typeof agentSequence !== 'number' || cause !== null) return;
  numbers.see(typeof session === 'string' ? `${String(agent)}~${session}` : String(agent), agentSequence);
}

/** A plan's ticket is spent for the plan: nothing is sent by that. */
function isPlan(exchange: unknown): boolean {
  return typeof exchange === 'string' && exchange.startsWith('p_');
}
