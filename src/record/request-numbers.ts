// Numbers that agents gave their requests (`Interlock-Seq`): those that are missing were sent and never recorded, or never sent.

/** Sessions followed at once, and ranges kept of each: what is beyond is counted only. */
const MAX_SESSIONS = 10_000;
const MAX_RANGES = 100;
/** Named in a note. */
const MAX_NAMED = 10;

interface Run {
  /** The number that is due. */
  next: number;
  /** Numbers that were passed over and have not come since, as inclusive ranges. */
  ranges: Array<readonly [number, number]>;
  /** Of ranges that were not kept. */
  more: number;
}

export interface RequestNumbers {
  /** `who`: agent and session as one text for people. Requests beside each other may come in any order; 1 begins anew. */
  see(who: string, number: number): void;
  /** Entries are not there any more: from now on a run begins at the first number that is seen of it. */
  passOver(): void;
  readonly missing: number;
  /** One line for each agent and session that misses some. */
  notes(): string[];
  /** To go on from, in another walk. */
  state(): NumbersState;
}

export interface NumbersState {
  readonly runs: Array<{
    readonly who: string;
    readonly next: number;
    readonly ranges: Array<[number, number]>;
    readonly more: number;
  }>;
  readonly ended: string[];
  readonly endedMissing: number;
  readonly lenient: boolean;
}

export function requestNumbers(before: NumbersState = { runs: [], ended: [], endedMissing: 0, lenient: false }): RequestNumbers {
  const runs = new Map(before.runs.map(({ who, ...run }): [string, Run] => [who, { ...run }]));
  const ended: string[] = [...before.ended];
  let { endedMissing, lenient } = before;

  function end(who: string, run: Run): void {
    endedMissing += missingOf(run);
    if (missingOf(run) > 0) ended.push(noteOf(who, run));
  }

  return {
    see(who, number) {
      const run = runs.get(who) ?? { next: lenient ? number : 1, ranges: [], more: 0 };
      if (!runs.has(who)) {
        if (runs.size >= MAX_SESSIONS) return;
        runs.set(who, run);
      }
      if (number === 1 && run.next > 1 && !run.ranges.some(([from]) => from === 1)) {
        end(who, run);
        runs.set(who, { next: 2, ranges: [], more: 0 });
      } else if (number < run.next) {
        run.ranges = run.ranges.flatMap((range) => without(range, number));
      } else {
        if (number > run.next) passOver(run, [run.next, number - 1]);
        run.next = number + 1;
      }
    },
    passOver() {
      for (const [who, run] of runs) end(who, run);
      runs.clear();
      lenient = true;
    },
    get missing() {
      return runs.values().reduce((sum, run) => sum + missingOf(run), endedMissing);
    },
    state: () => ({
      runs: [...runs].map(([who, { next, ranges, more }]) => ({
        who,
        next,
        ranges: ranges.map(([from, to]): [number, number] => [from, to]),
        more,
      })),
      ended: [...ended],
      endedMissing,
      lenient,
    }),
    notes() {
      const open = [...runs].filter(([, run]) => missingOf(run) > 0).map(([who, run]) => noteOf(who, run));
      return [...ended, ...open];
    },
  };
}

function passOver(run: Run, range: readonly [number, number]): void {
  if (run.ranges.length < MAX_RANGES) run.ranges.push(range);
  else run.more += range[1] - range[0] + 1;
}

function without([from, to]: readonly [number, number], number: number): Array<readonly [number, number]> {
  if (number < from || number > to) return [[from, to]];
  const left: Array<readonly [number, number]> = number > from ? [[from, number - 1]] : [];
  return number < to ? [...left, [number + 1, to]] : left;
}

function missingOf({ ranges, more }: Run): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, more);
}

function noteOf(who: string, run: Run): string {
  const named = run.ranges.slice(0, MAX_NAMED).map(([from, to]) => (from === to ? String(from) : `${from}–${to}`));
  const rest = run.ranges.length > MAX_NAMED || run.more > 0 ? ' and more' : '';
  return `${who} numbered its requests, and ${missingOf(run)} never came to be recorded: ${named.join(', ')}${rest}`;
}
