// Is this where a verification stopped? Whoever runs it keeps the file, so its form is checked in every part.

import { peaksOf } from './merkle.ts';
import type { DropsState } from './drops.ts';
import type { ExchangesState } from './exchange-tracker.ts';
import type { LostState } from './lost-entries.ts';

export const WALK_FORMAT = 'interlock-verify/1';

export interface WalkState {
  readonly format: typeof WALK_FORMAT;
  readonly ledger: string;
  readonly next: number;
  readonly hash: string;
  /** Hidden values of the last entry may follow. */
  readonly open: boolean;
  readonly peaks: readonly string[];
  readonly erased: number;
  readonly lost: LostState;
  readonly drops: DropsState;
  /** Entries that tell of keys, their bodies as texts. */
  readonly keys: ReadonlyArray<{ readonly sequence: number; readonly body: string }>;
  readonly exchanges: ExchangesState;
}

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isHash: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
/** Exactly these members. */
const recordOf =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === Object.keys(members).length &&
    Object.entries(value).every(([name, member]) => Object.hasOwn(members, name) && members[name]?.(member) === true);
const isRange: Check = (value) => Array.isArray(value) && value.length === 2 && value.every(isCount);

const hasForm = recordOf({
  format: (value) => value === WALK_FORMAT,
  ledger: isText,
  next: (value) => isCount(value) && value !== 0,
  hash: isHash,
  open: isFlag,
  peaks: listOf(isHash),
  erased: isCount,
  lost: recordOf({ marked: isCount, counted: Number.isSafeInteger, linkGone: isFlag }),
  drops: recordOf({ passed: listOf(isRange), told: listOf(recordOf({ from: isCount, to: isCount, lostEntries: isCount })) }),
  keys: listOf(recordOf({ sequence: isCount, body: isText })),
  exchanges: recordOf({
    open: listOf(isText),
    forgotten: isCount,
    notes: listOf(isText),
    more: isCount,
    gaps: isCount,
    starts: isCount,
    stopped: isFlag,
    clock: recordOf({
      latest: Number.isFinite,
      known: listOf(recordOf({ sequence: isCount, boot: isText, offset: Number.isFinite })),
    }),
    numbers: recordOf({
      runs: listOf(recordOf({ who: isText, next: isCount, ranges: listOf(isRange), more: isCount })),
      ended: listOf(isText),
      endedMissing: isCount,
      lenient: isFlag,
    }),
  }),
});

export function isWalkState(value: object | null): value is WalkState {
  if (!hasForm(value) || value === null || !('next' in value) || !('peaks' in value)) return false;
  // One peak for each set bit of the size.
  return Array.isArray(value.peaks) && peaksOf(Number(value.next)).length === value.peaks.length;
}
