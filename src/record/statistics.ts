// What happened when, in counts: verdicts and added latency by the minute, actions and agents by ten minutes, for seven days.

import { VERDICTS, type Verdict } from '../decide/judgement.ts';
import type { VerdictBody } from './entry.ts';
import { actionNames } from './entry-terms.ts';
import { countMs, type Latency, percentileMs } from './latency.ts';
import type { StateChange, Written } from './ledger.ts';

export interface Named {
  readonly name: string;
  readonly count: number;
  readonly blocked: number;
  readonly waiting: number;
}

export interface StatisticsView {
  readonly buckets: ReadonlyArray<{
    readonly at: string;
    readonly verdicts: Readonly<Record<Verdict, number>>;
    /** Of the time that Interlock itself added before a request left; null when none left. */
    readonly p50Ms: number | null;
    readonly p99Ms: number | null;
  }>;
  readonly actions: readonly Named[];
  readonly agents: readonly Named[];
}

export interface Statistics {
  count(entry: Written): void;
  /** A request left this long after it came. */
  leaving(ms: number): void;
  /** The last `minutes`, in buckets of `step` minutes. */
  view(minutes: number, step: number): StatisticsView;
  /** How often each policy was among the determining ones in the last `minutes`, by its id. */
  decidedBy(minutes: number): ReadonlyMap<string, number>;
  /** What changed since the last call, to be kept beside the index; `load` takes it back. */
  changes(): StateChange[];
  load(kept: ReadonlyArray<readonly [string, string]>): void;
}

export const KEPT_PREFIX = 's:';
export const KEPT_MINUTES = 7 * 24 * 60;
const SLOT_MINUTES = 10;
/** Names come from providers and the directory and are few; were they ever many, the rest is counted as `other`. */
const MAX_NAMES = 100;
const SHOWN_NAMES = 50;
/** Policies counted in ten minutes: of a bundle of 10,000 far fewer decide anything. Those beyond are not counted. */
const MAX_POLICIES = 2_000;

type Counts = [count: number, blocked: number, waiting: number];

interface Minute extends Latency {
  readonly verdicts: number[];
}

interface Slot {
  readonly actions: Map<string, Counts>;
  readonly agents: Map<string, Counts>;
  readonly policies: Map<string, number>;
}

export function createStatistics(nowMs: () => number = Date.now): Statistics {
  const minutes = new Map<number, Minute>();
  const slots = new Map<number, Slot>();
  const touched = new Set<number>();
  const msOf = lastMs();
  const minuteAt = (ms: number): Minute => {
    const at = Math.floor(ms / 60_000);
    touched.add(at);
    return found(minutes, at, () => ({ verdicts: VERDICTS.map(() => 0), bins: new Map() }));
  };
  return {
    count({ time, body }) {
      if (body.type !== 'verdict') return;
      const ms = msOf(time);
      if (!(ms > nowMs() - KEPT_MINUTES * 60_000)) return;
      const { verdicts } = minuteAt(ms);
      const place = VERDICTS.indexOf(body.verdict);
      verdicts[place] = (verdicts[place] ?? 0) + 1;
      const slot = found(slots, slotOf(ms / 60_000), () => ({ actions: new Map(), agents: new Map(), policies: new Map() }));
      for (const name of actionNames(body.actions)) add(slot.actions, name, body.verdict);
      if (body.agent !== null) add(slot.agents, body.agent, body.verdict);
      for (const id of body.policies) countPolicy(slot.policies, id);
    },
    leaving: (ms) => countMs(minuteAt(nowMs()), ms),
    view(last, step) {
      const end = Math.floor(nowMs() / 60_000) + 1;
      // Buckets begin at round times, so that the same minute is in the same bucket at every look.
      const start = Math.floor((end - last) / step) * step;
      const buckets = [];
      for (let at = start; at < end; at += step) buckets.push(bucketOf(minutes, at, step));
      const inside = [...slots].filter(([slot]) => slot >= slotOf(start)).map(([, slot]) => slot);
      return {
        buckets,
        actions: joined(inside.map((slot) => slot.actions)),
        agents: joined(inside.map((slot) => slot.agents)),
      };
    },
    decidedBy(last) {
      const start = slotOf(Math.floor(nowMs() / 60_000) + 1 - last);
      const all = new Map<string, number>();
      for (const [at, { policies }] of slots)
        if (at >= start) for (const [id, count] of policies) all.set(id, (all.get(id) ?? 0) + count);
      return all;
    },
    changes() {
      const oldest = Math.floor(nowMs() / 60_000) - KEPT_MINUTES;
      const changes = [...touched].flatMap((at) => keptMinute(minutes, at));
      for (const at of new Set([...touched].map(slotOf))) changes.push(...keptSlot(slots, at));
      touched.clear();
      for (const at of forget(minutes, oldest)) changes.push({ del: minuteKey(at) });
      for (const at of forget(slots, oldest - SLOT_MINUTES)) changes.push({ del: slotKey(at) });
      return changes;
    },
    load(kept) {
      for (const [key, text] of kept) loadOne(key, text, minutes, slots);
    },
  };
}

/** Many entries share a millisecond, and reading it costs more than counting. */
function lastMs(): (time: string) => number {
  let last = '';
  let ms = Number.NaN;
  return (time) => {
    if (time === last) return ms;
    last = time;
    ms = Date.parse(time);
    return ms;
  };
}

function found<K, T>(map: Map<K, T>, at: K, make: () => T): T {
  const known = map.get(at);
  if (known !== undefined) return known;
  const made = make();
  map.set(at, made);
  return made;
}

function slotOf(minute: number): number {
  return Math.floor(minute / SLOT_MINUTES) * SLOT_MINUTES;
}

function add(names: Map<string, Counts>, name: string, verdict: VerdictBody['verdict']): void {
  const key = names.has(name) || names.size < MAX_NAMES ? name : 'other';
  const counts = found(names, key, (): Counts => [0, 0, 0]);
  counts[0] += 1;
  if (verdict === 'BLOCK') counts[1] += 1;
  if (verdict === 'WAIT') counts[2] += 1;
}

function countPolicy(policies: Map<string, number>, id: string): void {
  if (policies.has(id) || policies.size < MAX_POLICIES) policies.set(id, (policies.get(id) ?? 0) + 1);
}

function bucketOf(minutes: ReadonlyMap<number, Minute>, start: number, step: number): StatisticsView['buckets'][number] {
  const inside: Minute[] = [];
  for (let at = start; at < start + step; at += 1) {
    const minute = minutes.get(at);
    if (minute !== undefined) inside.push(minute);
  }
  const sum = (verdict: Verdict): number =>
    inside.reduce((total, { verdicts }) => total + (verdicts[VERDICTS.indexOf(verdict)] ?? 0), 0);
  return {
    at: new Date(start * 60_000).toISOString(),
    verdicts: {
      ALLOW: sum('ALLOW'),
      ALLOW_LOG: sum('ALLOW_LOG'),
      CONSTRAIN: sum('CONSTRAIN'),
      WAIT: sum('WAIT'),
      BLOCK: sum('BLOCK'),
    },
    p50Ms: percentileMs(inside, 0.5),
    p99Ms: percentileMs(inside, 0.99),
  };
}

function joined(maps: ReadonlyArray<ReadonlyMap<string, Counts>>): Named[] {
  const all = new Map<string, Counts>();
  for (const map of maps) {
    for (const [name, [count, blocked, waiting]] of map) {
      const before = all.get(name) ?? [0, 0, 0];
      all.set(name, [before[0] + count, before[1] + blocked, before[2] + waiting]);
    }
  }
  return [...all]
    .map(([name, [count, blocked, waiting]]) => ({ name, count, blocked, waiting }))
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, SHOWN_NAMES);
}

function forget(map: Map<number, unknown>, oldest: number): number[] {
  const old: number[] = [];
  // Filled nearly in order of time: what is old stands in front.
  for (const at of map.keys()) {
    if (at >= oldest) break;
    old.push(at);
  }
  for (const at of old) map.delete(at);
  return old;
}

function minuteKey(at: number): string {
  return `${KEPT_PREFIX}m:${at}`;
}

function slotKey(at: number): string {
  return `${KEPT_PREFIX}t:${at}`;
}

function keptMinute(minutes: ReadonlyMap<number, Minute>, at: number): StateChange[] {
  const minute = minutes.get(at);
  return minute === undefined ? [] : [{ put: minuteKey(at), value: JSON.stringify([minute.verdicts, [...minute.bins]]) }];
}

function keptSlot(slots: ReadonlyMap<number, Slot>, at: number): StateChange[] {
  const slot = slots.get(at);
  return slot === undefined
    ? []
    : [{ put: slotKey(at), value: JSON.stringify([[...slot.actions], [...slot.agents], [...slot.policies]]) }];
}

type KeptSlot = [actions: Array<[string, Counts]>, agents: Array<[string, Counts]>, policies?: Array<[string, number]>];

/** Ours as written, in one batch with the index's place. */
function loadOne(key: string, text: string, minutes: Map<number, Minute>, slots: Map<number, Slot>): void {
  const [, kind, at = ''] = key.split(':');
  if (kind === 'm') {
    const [verdicts, bins]: [number[], Array<[number, number]>] = JSON.parse(text);
    minutes.set(Number(at), { verdicts, bins: new Map(bins) });
  } else {
    // One that was kept before policies were counted has no third part.
    const [actions, agents, policies = []]: KeptSlot = JSON.parse(text);
    slots.set(Number(at), { actions: new Map(actions), agents: new Map(agents), policies: new Map(policies) });
  }
}
