// What one subject has used of one budget: by bucket and unit, with running totals, so that a look costs the same however much was used.

import { EXCEEDS } from './budget.ts';
import type { Measure } from './budget.ts';
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

interface Total {
  readonly amount: number;
  readonly unknowns: number;
  readonly buckets: number;
}

export interface Account {
  /** The budget's key, what it measures, and whose account it is. */
  readonly budget: string;
  readonly measure: Measure;
  readonly subject: string;
  readonly buckets: Map<string, { readonly untilMs: number; readonly cells: Map<string, Cell> }>;
  /** By unit: the sums of all buckets. INVARIANT: a unit is here exactly while a cell has it. */
  readonly totals: Map<string, Total>;
  /** Cells kept. */
  size: number;
}

/** Of one subject, so that a look stays quick and memory bounded. More than this exceeds. */
const MAX_RECIPIENTS = 10_000;

const NOTHING: Total = { amount: 0, unknowns: 0, buckets: 0 };

export function newAccount(budget: string, measure: Measure, subject: string): Account {
  return { budget, measure, subject, buckets: new Map(), totals: new Map(), size: 0 };
}

/** What would be used with this added, saturated at EXCEEDS. */
export function usedWith(account: Account, units: ReadonlyMap<string, number>, unknown: boolean): number {
  const { measure, totals } = account;
  const distinct = measure === 'distinct recipients';
  if (unknown || isUnknown(account, distinct ? [] : units.keys())) return EXCEEDS;
  if (distinct) {
    const recipients = totals.size + units.keys().reduce((count, unit) => count + (totals.has(unit) ? 0 : 1), 0);
    return recipients > MAX_RECIPIENTS ? EXCEEDS : recipients;
  }
  let used = 0;
  for (const [unit, amount] of units) used += (totals.get(unit)?.amount ?? 0) + amount;
  return Math.min(used, EXCEEDS);
}

function isUnknown({ totals }: Account, units: Iterable<string>): boolean {
  for (const unit of [UNKNOWN, ...units]) if ((totals.get(unit)?.unknowns ?? 0) > 0) return true;
  return false;
}

function shift(account: Account, unit: string, amount: number, unknowns: number, cells: number): void {
  const now = account.totals.get(unit) ?? NOTHING;
  const next = { amount: now.amount + amount, unknowns: now.unknowns + unknowns, buckets: now.buckets + cells };
  if (next.buckets === 0) account.totals.delete(unit);
  else account.totals.set(unit, next);
  account.size += cells;
}

/** Adds, and gives the cell as it is now. */
export function addTo(account: Account, bucket: Bucket, unit: string, amount: number, unknowns: number): Cell {
  let kept = account.buckets.get(bucket.id);
  if (kept === undefined) account.buckets.set(bucket.id, (kept = { untilMs: bucket.untilMs, cells: new Map() }));
  const before = kept.cells.get(unit);
  const cell: Cell = {
    amount: (before?.amount ?? 0) + amount,
    unknowns: (before?.unknowns ?? 0) + unknowns,
    untilMs: kept.untilMs,
  };
  kept.cells.set(unit, cell);
  shift(account, unit, amount, unknowns, before === undefined ? 1 : 0);
  return cell;
}

/** Takes back what was added: the cell as it is now, null when it is empty and gone, undefined when it was forgotten before. */
export function takeFrom(
  account: Account,
  bucket: Bucket,
  unit: string,
  amount: number,
  unknowns: number,
): Cell | null | undefined {
  const kept = account.buckets.get(bucket.id);
  const before = kept?.cells.get(unit);
  if (kept === undefined || before === undefined) return undefined;
  const cell: Cell = { ...before, amount: before.amount - amount, unknowns: before.unknowns - unknowns };
  const empty = cell.amount === 0 && cell.unknowns === 0;
  shift(account, unit, -amount, -unknowns, empty ? -1 : 0);
  if (!empty) {
    kept.cells.set(unit, cell);
    return cell;
  }
  kept.cells.delete(unit);
  if (kept.cells.size === 0) account.buckets.delete(bucket.id);
  return null;
}

/** Forgets what counts no more, and gives it as [bucket, unit]. */
export function expireIn(account: Account, nowMs: number): Array<readonly [string, string]> {
  const gone: Array<readonly [string, string]> = [];
  for (const [id, { untilMs, cells }] of account.buckets) {
    if (untilMs > nowMs) continue;
    for (const [unit, cell] of cells) {
      shift(account, unit, -cell.amount, -cell.unknowns, -1);
      gone.push([id, unit]);
    }
    account.buckets.delete(id);
  }
  return gone;
}
