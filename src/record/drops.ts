// What was dropped, held against the entries that tell of it: a walk passes over nothing that is not on record.

import type { Json } from './canonical.ts';

export interface Drops {
  see(body: { readonly [key: string]: Json }): void;
  /** Entries `from` to `to` are not there any more. */
  passOver(from: number, to: number): void;
  /** `lost` entries among what was passed over, as told. */
  readonly lostEntries: number;
  /** Null: all of it is on record. Else the first sequence that is not. */
  unrecorded(): number | null;
  /** For the report; null where nothing was passed over. */
  note(): string | null;
  /** To go on from, in another walk. */
  state(): DropsState;
}

export interface DropsState {
  readonly passed: Array<[from: number, to: number]>;
  readonly told: Array<{ readonly from: number; readonly to: number; readonly lostEntries: number }>;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

export function trackDrops(before: DropsState = { passed: [], told: [] }): Drops {
  const passed: Range[] = before.passed.map(([from, to]) => ({ from, to }));
  const told = new Map(before.told.map((one) => [one.from, one]));
  return {
    see(body) {
      if (body['type'] !== 'retention' || !isList(body['dropped'])) return;
      for (const one of body['dropped']) if (isDropped(one)) told.set(one.from, one);
    },
    passOver: (from, to) => void passed.push({ from, to }),
    get lostEntries() {
      return passed.reduce((sum, { from }) => sum + (told.get(from)?.lostEntries ?? 0), 0);
    },
    state: () => ({
      passed: passed.map(({ from, to }) => [from, to]),
      told: [...told.values()].map(({ from, to, lostEntries }) => ({ from, to, lostEntries })),
    }),
    unrecorded: () => passed.find(({ from, to }) => told.get(from)?.to !== to)?.from ?? null,
    note() {
      if (passed.length === 0) return null;
      const count = passed.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      const ranges = joined(passed).map(({ from, to }) => `${from} to ${to}`);
      return `${count} entries were dropped by retention, which is on record: ${ranges.slice(0, 10).join(', ')}${ranges.length > 10 ? ' and more' : ''}`;
    },
  };
}

/** Ranges that touch are one. `ranges` ascend. */
export function joined(ranges: readonly Range[]): Range[] {
  const found: Array<{ from: number; to: number }> = [];
  for (const { from, to } of ranges) {
    const last = found.at(-1);
    if (last !== undefined && last.to + 1 === from) last.to = to;
    else found.push({ from, to });
  }
  return found;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isDropped(value: Json): value is { readonly from: number; readonly to: number; readonly lostEntries: number } {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value && typeof value['from'] === 'number';
}
