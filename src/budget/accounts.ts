// Every account with something in it, found by its budget and subject; bounded, and rid of what counts no more.

import type { Ledger, StateChange } from '../record/ledger.ts';
import { type Account, type Cell, createAccount } from './account.ts';
import type { Measure } from './budget.ts';
import { CELL_KEY, type StoredCell } from './stored-cell.ts';
import type { Bucket } from './window.ts';

export interface Kept extends Account {
  /** The budget's key, what it measures, and whose account it is. */
  readonly budget: string;
  readonly measure: Measure;
  readonly subject: string;
}

/** One use of one unit, as it was added. */
export interface Use {
  readonly kept: Kept;
  readonly bucket: Bucket;
  readonly unit: string;
  readonly amount: number;
  readonly unknowns: number;
}

export interface Accounts {
  /** As it is now; undefined where nothing is used. */
  find(budget: string, subject: string): Kept | undefined;
  open(budget: string, measure: Measure, subject: string): Kept;
  /** From the store, under its key. */
  load(key: string, cell: StoredCell): void;
  add(use: Use): StateChange;
  /** Nothing when it was forgotten before. */
  takeBack(use: Use): readonly StateChange[];
  /** Cells kept of this budget. */
  cells(budget: string): number;
  /** Looks at a few accounts for what counts no more, and gives some of what is to be deleted. */
  sweep(): readonly StateChange[];
  list(): readonly Kept[];
}

/** With each reservation: so that what is kept does not grow for ever, and none of them pays for all. */
const LOOKED_AT = 8;
const DELETED = 200;

export function createAccounts(keyedDigest: Ledger['keyedDigest'], now: () => number): Accounts {
  const accounts = new Map<string, Kept>();
  const cells = new Map<string, number>();
  /** Keys in the store of cells that count no more. */
  const stale = new Set<string>();
  let turn = accounts.values();

  const placeOf = (budget: string, subject: string): string => JSON.stringify([budget, subject]);
  const keyOf = ({ budget, subject }: Kept, bucket: string, unit: string): string =>
    CELL_KEY + keyedDigest(JSON.stringify([budget, subject, bucket, unit]));
  const count = (budget: string, change: number): void => void cells.set(budget, (cells.get(budget) ?? 0) + change);

  function expire(kept: Kept): void {
    const gone = kept.expire(now());
    for (const [bucket, unit] of gone) stale.add(keyOf(kept, bucket, unit));
    count(kept.budget, -gone.length);
    if (kept.size === 0) accounts.delete(placeOf(kept.budget, kept.subject));
  }

  function open(budget: string, measure: Measure, subject: string): Kept {
    const place = placeOf(budget, subject);
    const known = accounts.get(place);
    if (known !== undefined) return known;
    const made: Kept = Object.assign(createAccount(measure), { budget, measure, subject });
    accounts.set(place, made);
    return made;
  }

  function put({ kept, bucket, unit }: Use, cell: Cell): StateChange {
    const { budget, measure, subject } = kept;
    const stored: StoredCell = { budget, measure, subject, bucket: bucket.id, unit, ...cell };
    const key = keyOf(kept, bucket.id, unit);
    stale.delete(key);
    return { put: key, value: JSON.stringify(stored) };
  }

  return {
    open,
    find(budget, subject) {
      const kept = accounts.get(placeOf(budget, subject));
      if (kept !== undefined) expire(kept);
      return kept;
    },
    load(key, { budget, measure, subject, bucket, unit, amount, unknowns, untilMs }) {
      if (untilMs <= now()) return void stale.add(key);
      open(budget, measure, subject).add({ id: bucket, untilMs }, unit, amount, unknowns);
      count(budget, 1);
    },
    add(use) {
      const { kept, bucket, unit, amount, unknowns } = use;
      const before = kept.size;
      const cell = kept.add(bucket, unit, amount, unknowns);
      count(kept.budget, kept.size - before);
      return put(use, cell);
    },
    takeBack(use) {
      const { kept, bucket, unit, amount, unknowns } = use;
      const before = kept.size;
      const cell = kept.takeBack(bucket, unit, amount, unknowns);
      count(kept.budget, kept.size - before);
      if (cell === undefined) return [];
      return [cell === null ? { del: keyOf(kept, bucket.id, unit) } : put(use, cell)];
    },
    cells: (budget) => cells.get(budget) ?? 0,
    sweep() {
      for (let looked = 0; looked < LOOKED_AT; looked += 1) {
        const next = turn.next();
        if (next.done === true) {
          turn = accounts.values();
          break;
        }
        expire(next.value);
      }
      const deleted = [...stale.values().take(DELETED)];
      for (const key of deleted) stale.delete(key);
      return deleted.map((key) => ({ del: key }));
    },
    list() {
      for (const kept of accounts.values()) expire(kept);
      return [...accounts.values()];
    },
  };
}
