// One record of LevelDB's log: a batch of changes that stands or falls as a whole.

import { levelBytes } from './level-bytes.ts';

export interface LevelChange {
  readonly key: string;
  /** Null: deleted. */
  readonly value: string | null;
  /** LevelDB's own count of changes: of two for the same key the higher one holds. */
  readonly order: number;
}

const DELETE = 0;
const PUT = 1;
/** Eight bytes of sequence, four of count. */
const HEADER = 12;

/** The changes in their order, or null when the record is not a batch. */
export function readBatch(record: Buffer): readonly LevelChange[] | null {
  if (record.length < HEADER) return null;
  const first = Number(record.readBigUInt64LE(0));
  const count = record.readUInt32LE(8);
  const bytes = levelBytes(record, HEADER);
  const changes: LevelChange[] = [];
  try {
    while (!bytes.done) {
      const kind = bytes.byte();
      if (kind !== DELETE && kind !== PUT) return null;
      const key = bytes.slice().toString('utf8');
      const value = kind === PUT ? bytes.slice().toString('utf8') : null;
      changes.push({ key, value, order: first + changes.length });
    }
  } catch {
    return null;
  }
  return changes.length === count ? changes : null;
}
