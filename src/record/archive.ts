// The part of a ledger that is sealed: follows the chain from behind, and does one thing at a time to the segments.

import type { ChainWriter } from './chain-writer.ts';
import type { ErasureBody } from './erasure-body.ts';
import { type Erased, type EraseRequest, erase } from './eraser.ts';
import { joined } from './drops.ts';
import type { EntryBody } from './entry.ts';
import { createHolds } from './holds.ts';
import type { Holds } from './holds.ts';
import { readKept } from './kept-entries.ts';
import type { KeptEntry } from './kept-entries.ts';
import type { StateChange } from './ledger.ts';
import { ensurePrivateFolder } from './private-file.ts';
import { removeLeftValues, retain, trustedClock } from './retainer.ts';
import type { RetainStep } from './retainer.ts';
import type { RetentionRules } from './retention.ts';
import { pauses } from './pace.ts';
import { sealedKeys } from './sealed-keys.ts';
import type { SealedKeys } from './sealed-keys.ts';
import { nextToSeal, sealNext } from './sealer.ts';
import type { SealOptions, SealStep } from './sealer.ts';
import { removeUnfinished, segmentFolder } from './segment-files.ts';
import { entryKey } from './store-keys.ts';
import type { Segment, Segments } from './segments.ts';
import type { Store, StoreView } from './store.ts';

export interface ArchiveOptions {
  readonly dataDir: string;
  readonly segments: Segments;
  readonly level: StoreView;
  readonly store: Store;
  readonly writer: Pick<ChainWriter, 'head' | 'signer' | 'append'>;
  /** Key id of the key that the ledger began with. */
  readonly ledger: string;
  /** A start entry stands before what is put on record. */
  readonly begin: () => void;
  /** Entries that stay live; null: nothing is sealed. Left out: nor is finished what a killed run began. */
  readonly keepLive?: number | null;
  /** Left out: nothing is dropped but what is on record as dropped. */
  readonly retention?: RetentionRules;
  /** Wall clock in milliseconds. */
  readonly clock: () => number;
  readonly onProblem?: (error: unknown) => void;
  readonly onStep?: (step: SealStep | RetainStep) => void;
}

export interface Sealing {
  /** Entries that stay in LevelDB at least; null: nothing is sealed, and only what a killed run began is finished. */
  readonly keepLive: number | null;
  /** Entries of one segment; 65,536 unless a test says otherwise. */
  readonly segmentEntries?: number;
  readonly onProblem?: (error: unknown) => void;
  /** Which segments are dropped; left out: none but those on record as dropped. */
  readonly retention?: RetentionRules;
  /** Told before each step. */
  readonly onStep?: (step: SealStep | RetainStep) => void;
}

export interface Archive {
  list(): readonly Segment[];
  /** Seals what there is to seal, and takes it off the database's files. Returns how many segments. */
  seal(): Promise<number>;
  /** Drops the segments that the rules let go. Returns how many. */
  retain(): Promise<number>;
  /** Ranges that are neither dropped nor erased. */
  readonly holds: Holds;
  /** Ranges whose entries were dropped, ascending. */
  dropped(): ReadonlyArray<{ readonly from: number; readonly to: number }>;
  /** Of an entry that was dropped: its segment, and the entry if it outlived it. Null: it was not dropped. */
  droppedEntry(
    sequence: number,
  ): Promise<{ readonly first: number; readonly entries: number; readonly kept: KeptEntry | null } | null>;
  /** Erases hidden values, and puts that on record. Throws USAGE, NAME_UNKNOWN, LEDGER_HELD, RECORD_FAILED, STORE_CORRUPT. */
  erase(request: EraseRequest): Promise<Erased>;
  /** Runs `work` while nothing else changes the segments. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const NO_RULES: RetentionRules = { keepDays: null, keepBytes: null };
const LOOK_EVERY_MS = 2_000;
/** After a failure: the disk may be full, or an entry may not hold. */
const RETRY_MS = 60_000;

export function openArchive(options: ArchiveOptions): Archive {
  const { segments, keepLive = null, onProblem = () => undefined } = options;
  const lock = oneAtATime();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | null = null;

  const problem = (error: unknown): void => {
    if (!closing.signal.aborted) onProblem(error);
  };

  const keys = sealedKeys(options);
  const { seal, retainNow, holds } = upkeepOf({ ...options, keys }, closing.signal, problem);

  /** Until the next time. What fails keeps nothing else from being done: what is too old goes though the disk is too full to seal. */
  const round = async (): Promise<number> => {
    let delayMs = LOOK_EVERY_MS;
    for (const work of [seal, keys.compactInTime, retainNow])
      await work().catch((error: unknown) => {
        problem(error);
        delayMs = RETRY_MS;
      });
    return delayMs;
  };
  const look = (delayMs: number): void => {
    if (!closing.signal.aborted) timer = setTimeout(() => void lock(round).then(look), delayMs).unref();
  };
  if (options.keepLive !== undefined) {
    // What a killed run had sealed and not yet deleted, or dropped on record and not yet in its files: also when nothing more is sealed or dropped.
    lock(() => keys.drop(pauses(closing.signal))).catch(problem);
    if (keepLive !== null) look(0);
    else lock(() => retainNow().then(keys.compact)).catch(problem);
  }
  return {
    list: () => segments.list(),
    seal: () =>
      lock(async () => {
        const sealed = await seal();
        await keys.compact();
        return sealed;
      }),
    retain: () => lock(retainNow),
    holds: {
      list: () => holds.list(),
      add: (request) => lock(() => holds.add(request)),
      release: (request) => lock(() => holds.release(request)),
    },
    dropped: () => droppedRanges(segments.list()),
    droppedEntry: (sequence) => droppedEntry(options, sequence),
    erase: (request) => lock(() => eraseRecorded(request, { ...options, keys }, holds)),
    alone: lock,
    async close() {
      closing.abort();
      if (timer !== null) clearTimeout(timer);
      await lock(async () => undefined);
    },
  };
}

interface Upkeep {
  seal(): Promise<number>;
  retainNow(): Promise<number>;
  readonly holds: Holds;
}

interface KeyedOptions extends ArchiveOptions {
  readonly keys: SealedKeys;
}

/** The work on segments, to be done one thing at a time. */
function upkeepOf(options: KeyedOptions, signal: AbortSignal, problem: (error: unknown) => void): Upkeep {
  const { writer, keys, keepLive = null } = options;
  async function seal(): Promise<number> {
    if (keepLive === null) return 0;
    const how: SealOptions = {
      ...options,
      keepLive,
      signer: () => writer.signer,
      head: () => writer.head,
      signal,
    };
    ensurePrivateFolder(segmentFolder(options.dataDir));
    let sealed = 0;
    for (let first = nextToSeal(how); first !== null && !signal.aborted; first = nextToSeal(how)) {
      await sealNext(how, first);
      // In between as well: what is far behind must not fill the disk.
      await keys.compactInTime();
      sealed += 1;
    }
    return sealed;
  }

  const record = async (body: EntryBody, state: readonly StateChange[]): Promise<void> => {
    options.begin();
    await writer.append(body, 'synced', state);
  };
  const holds = createHolds({ store: options.store, size: () => writer.head.size, clock: options.clock, record });
  const { retention: rules = NO_RULES } = options;
  const trustedNow = trustedClock(options.clock, () => {
    // Where no age counts it is nobody's problem.
    if (rules.keepDays !== null) problem(new Error('the clock was set: no entry is dropped for its age'));
  });

  async function retainNow(): Promise<number> {
    if (signal.aborted) return 0;
    const dropped = await retain({ ...options, rules, holds, trustedNow, record, signal });
    // INVARIANT: what was let go is in no file of the database either.
    if (dropped > 0) await keys.compact();
    return dropped;
  }
  return { seal, retainNow, holds };
}

async function droppedEntry({ segments, dataDir }: ArchiveOptions, sequence: number): ReturnType<Archive['droppedEntry']> {
  const segment = segments.at(sequence);
  if (segment?.gone !== true) return null;
  const { first, entries } = segment.manifest;
  const kept = (await readKept(dataDir, segment.manifest)).find((one) => one.sequence === sequence) ?? null;
  return { first, entries, kept };
}

function droppedRanges(list: readonly Segment[]): Array<{ readonly from: number; readonly to: number }> {
  const gone = list.filter((segment) => segment.gone).map(({ manifest }) => manifest);
  return joined(gone.map(({ first, entries }) => ({ from: first, to: first + entries - 1 })));
}

async function eraseRecorded(request: EraseRequest, options: KeyedOptions, holds: Pick<Holds, 'list'>): Promise<Erased> {
  options.begin();
  // INVARIANT: of a sealed entry the database's files hold nothing any more when its segment's file is rewritten.
  await options.keys.drop(pauses());
  await options.keys.compact();
  // INVARIANT: nor do files that a killed sealing, drop or erasure left. None is under way: this has the lock.
  await removeLeftValues({ ...options, holds });
  const isLive = async (first: number): Promise<boolean> => (await options.level.get(entryKey(first))) !== undefined;
  await removeUnfinished(options.dataDir, options.segments.end, isLive);
  const record = async (body: ErasureBody): Promise<string> => (await options.writer.append(body, 'synced', [])).entry;
  return erase(request, { ...options, holds: () => holds.list(), record });
}

function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
