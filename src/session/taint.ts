// What each agent has read, from where and how long ago: `context.taint`. By Interlock's own observation, never by the agent's word.

import type { OwnRecord } from '../classify/action.ts';
import type { Judge } from '../decide/judge.ts';
import type { Wishes } from '../decide/wishes.ts';
import type { Principal } from '../identify/principal.ts';
import type { Ledger, StateChange, StateStore } from '../record/ledger.ts';
import { doubtedUntil } from '../record/repaired-at.ts';
import type { Source } from './source.ts';
import type { TaintedCell } from './tainted-cell.ts';
import { cellsOf, findCell, fitCell, openCells, putCell } from './tainted-cells.ts';
import { DOUBTED, tellTaint } from './told-taint.ts';

export interface Taint {
  /** What policies are told; null for who has read nothing. */
  of(principal: Principal): OwnRecord | null;
  /**
   * Counts from this instant on, whatever becomes of the exchange. The changes go with the entry that lets it out, synced: nothing is answered
   * before they are on disk.
   */
  read(principal: Principal, source: Source): Reading;
}

export interface Reading {
  /** Empty, nearly always: it was written a while ago. */
  readonly state: readonly StateChange[];
  /** They are written. INVARIANT: until then whoever reads the same writes them too, so that none relies on a write that fails. */
  written(): void;
}

interface TaintOptions {
  readonly ledger: Pick<Ledger, 'keyedDigest'> & StateStore;
  /** Which sources are trusted is the bundle's to say, as it is in force when it is asked. */
  readonly judge: Wishes & Pick<Judge, 'bundle'>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** What is in a model's context stays there; a day after the last reading it is taken for over. */
export const KEPT_MS = 24 * 3_600_000;
/** A repeat is written anew only when so much of the time is over. */
const REWRITTEN_MS = 3_600_000;
/** Told records: a cache, emptied when it is full. */
const MAX_TOLD = 10_000;

interface Told {
  readonly record: OwnRecord | null;
  readonly bundle: string;
  readonly untilMs: number;
}

/** Reads what the data folder holds. Throws STORE_CORRUPT. */
export async function openTaint({ ledger, judge, now = Date.now }: TaintOptions): Promise<Taint> {
  const cells = await openCells(ledger, now);
  const repairedMs = await doubtedUntil(ledger);
  const told = new Map<string, Told>();

  return {
    of(principal) {
      if (repairedMs !== null && now() < repairedMs + KEPT_MS) return DOUBTED;
      const key = JSON.stringify([principal.agent, principal.user, principal.session]);
      const last = told.get(key);
      if (last !== undefined && last.bundle === judge.bundle && last.untilMs > now()) return last.record;
      const read = cellsOf(cells, principal);
      if (read.length === 0) return null;
      const record = tellTaint(read, principal.session, judge);
      if (told.size >= MAX_TOLD) told.clear();
      const untilMs = read.reduce((first, cell) => Math.min(first, cell.untilMs), Number.POSITIVE_INFINITY);
      told.set(key, { record, bundle: judge.bundle, untilMs });
      return record;
    },
    read({ agent, user, session }, source) {
      const { host, server, kinds, reachesOut } = source;
      const own = { agent, user, session, host, server, kinds, reachesOut, every: false, lost: false };
      const key = findCell(cells, own) === undefined ? fitCell(cells, own) : own;
      const before = findCell(cells, key);
      if (before !== undefined && before.writtenUntilMs > now() + KEPT_MS - REWRITTEN_MS) return WRITTEN;
      const cell: TaintedCell = { ...key, untilMs: now() + KEPT_MS };
      const state = putCell(cells, cell);
      // One session's reading is what all of them are told.
      if (before === undefined) told.clear();
      return {
        state,
        written() {
          const kept = findCell(cells, key);
          if (kept !== undefined) kept.writtenUntilMs = Math.max(kept.writtenUntilMs, cell.untilMs);
        },
      };
    },
  };
}

const WRITTEN: Reading = { state: [], written: () => undefined };
