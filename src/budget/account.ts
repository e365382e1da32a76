// What one subject has used of one budget: by bucket and unit, with running totals, so that a look costs the same however much was used.

import { EXCEEDS } from './budget.ts';
import type { Budget } from './budget.ts';
import { UNKNOWN } from './charge.ts';
import type { Bucket } from './window.ts';

/** One unit in one bucket. */
export interface Cell {
  readonly amount: number;
  /** Uses of which nobody knows how much they were. */
  readonly unknowns: number;
  /** Milliseconds since 1970: from then on it counts no more. */
  readonly untilMs: number;
}

export interface Account {
  /** What would be used with this added, saturated at EXCEEDS. */
  with(units: ReadonlyMap<string, number>, unknown: boolean): number;
  /** Adds, and gives the cell as it is now. */
  add(bucket: Bucket, unit: string, amount: number, unknowns: number): Cell;
  /** Takes back what was added: the cell as it is now, null when it is empty and gone, undefined when it was forgotten before. */
  takeBack(bucket: Bucket, unit: string, amount: number, unknowns: number): Cell | null | undefined;
  /** How many cells adding these would make. */
  fresh(bucket: Bucket, units: Iterable<string>): number;
  /** Forgets what counts no more, and gives it as [bucket, unit]. */
  expire(nowMs: number): Array<readonly [string, string]>;
  /** The unit's use now, by unit. */
  readonly totals: ReadonlyMap<string, Total>;
  /** Cells kept. */
  readonly size: number;
  /** When the next of it is free; null when nothing is used. */
  readonly nextFreeMs: number | null;
  readonly lastFreeMs: number | null;
}

interface Total {
  readonly amount: number;
  readonly unknowns: number;
  readonly buckets: number;
}

/** Of one subject, so that a look stays quick and memory bounded. More than this exceeds. */
export const MAX_UNITS = 10_000;

const NOTHING: Total = { amount: 0, unknowns: 0, buckets: 0 };

export function createAccount(measure: Budget['measure']): Account {
  const buckets = new Map<string, { readonly untilMs: number; readonly cells: Map<string, Cell> }>();
  const totals = new Map<string, Total>();
  let size = 0;

  function shift(unit: string, amount: number, unknowns: number, cells: number): void {
    const now = totals.get(unit) ?? NOTHING;
    const next = { amount: now.amount + amount, unknowns: now.unknowns + unknowns, buckets: now.buckets + cells };
    if (next.buckets === 0) totals.delete(unit);
    else totals.set(unit, next);
    size += cells;
  }

  function isUnknown(units: Iterable<string>): boolean {
    for (const unit of [UNKNOWN, ...units]) if ((totals.get(unit)?.unknowns ?? 0) > 0) return true;
    return false;
  }

  const ends = (): number[] => [...buckets.values()].map(({ untilMs }) => untilMs);

  return {
    totals,
    get size() {
      return size;
    },
    get nextFreeMs() {
      return buckets.size === 0 ? null : Math.min(...ends());
    },
    get lastFreeMs() {
      return buckets.size === 0 ? null : Math.max(...ends());
    },
    with(units, unknown) {
      if (unknown || isUnknown(measure === 'distinct recipients' ? [] : units.keys())) return EXCEEDS;
      if (measure === 'distinct recipients') {
        const added = units.keys().reduce((count, unit) => count + (totals.has(unit) ? 0 : 1), 0);
        return totals.size + added > MAX_UNITS ? EXCEEDS : totals.size + added;
      }
      let used = 0;
      for (const [unit, amount] of units) used += (totals.get(unit)?.amount ?? 0) + amount;
      return Math.min(used, EXCEEDS);
    },
    fresh(bucket, units) {
      const cells = buckets.get(bucket.id)?.cells;
      let count = 0;
      for (const unit of units) if (cells?.has(unit) !== true) count += 1;
      return count;
    },
    add(bucket, unit, amount, unknowns) {
      let kept = buckets.get(bucket.id);
      if (kept === undefined) buckets.set(bucket.id, (kept = { untilMs: bucket.untilMs, cells: new Map() }));
      const before = kept.cells.get(unit);
      const cell: Cell = {
        amount: (before?.amount ?? 0) + amount,
        unknowns: (before?.unknowns ?? 0) + unknowns,
        untilMs: kept.untilMs,
      };
      kept.cells.set(unit, cell);
      shift(unit, amount, unknowns, before === undefined ? 1 : 0);
      return cell;
    },
    takeBack(bucket, unit, amount, unknowns) {
      const kept = buckets.get(bucket.id);
      const before = kept?.cells.get(unit);
      if (kept === undefined || before === undefined) return undefined;
      const cell: Cell = { ...before, amount: before.amount - amount, unknowns: before.unknowns - unknowns };
      const empty = cell.amount === 0 && cell.unknowns === 0;
      shift(unit, -amount, -unknowns, empty ? -1 : 0);
      if (!empty) {
        kept.cells.set(unit, cell);
        return cell;
      }
      kept.cells.delete(unit);
      if (kept.cells.size === 0) buckets.delete(bucket.id);
      return null;
    },
    expire(nowMs) {
      const gone: Array<readonly [string, string]> = [];
      for (const [id, { untilMs, cells }] of buckets) {
        if (untilMs > nowMs) continue;
        for (const [unit, cell] of cells) {
          shift(unit, -cell.amount, -cell.unknowns, -1);
          gone.push([id, unit]);
        }
        buckets.delete(id);
      }
      return gone;
    },
  };
}
