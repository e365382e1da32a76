// A cell of an account as it lies beside the chain: one small state for each bucket and unit, so that a reservation writes few bytes.

import { InterlockError } from '../errors.ts';
import type { Measure } from './budget.ts';

export const CELL_KEY = 'budget:';

/** All that is needed to count it again after a restart, whether or not the bundle still declares its budget. */
export interface StoredCell {
  /** The budget's own key. */
  readonly budget: string;
  readonly measure: Measure;
  readonly subject: string;
  readonly bucket: string;
  /** A currency, `actions`, or the keyed digest of a recipient. */
  readonly unit: string;
  readonly amount: number;
  readonly unknowns: number;
  readonly untilMs: number;
}

const MEASURES: readonly string[] = ['sum amountMinor', 'count', 'distinct recipients'] satisfies readonly Measure[];

/** Throws STORE_CORRUPT: what was used can't be guessed, and less than it would let too much out. */
export function parseCell(key: string, text: string): StoredCell {
  let cell: StoredCell | null = null;
  try {
    cell = JSON.parse(text);
  } catch {
    // told below
  }
  const sound =
    typeof cell === 'object' &&
    cell !== null &&
    [cell.budget, cell.measure, cell.subject, cell.bucket, cell.unit].every((part) => typeof part === 'string') &&
    MEASURES.includes(cell.measure) &&
    [cell.amount, cell.unknowns].every((count) => Number.isSafeInteger(count) && count >= 0) &&
    Number.isSafeInteger(cell.untilMs);
  if (cell !== null && sound) return cell;
  throw new InterlockError('STORE_CORRUPT', `the record of ${key} in the data folder can't be read`, {
    hint: 'run `interlock ledger verify`; restore the data folder from a copy',
  });
}
