// Writes entries in groups: while one group is being written the next one forms.
//
// What a crash means at each step: before the batch, nothing was forwarded and nothing is recorded; inside it, LevelDB keeps all of the
// batch or none; after it, the entries are there and their callers may or may not have acted on them.

import { InterlockError } from '../errors.ts';
import { checkpointWriter } from './checkpoint.ts';
import type { EntryBody } from './entry.ts';
import { sealGroup } from './group.ts';
import { EMPTY_HEAD, readHead } from './head.ts';
import type { Head } from './head.ts';
import type { Durability, Receipt, StateChange } from './ledger.ts';
import { prepare, weightOf } from './pending.ts';
import type { Pending, Waiter } from './pending.ts';
import { countRefusal, gapBody, withoutTold } from './refusal-count.ts';
import type { RefusalCount } from './refusal-count.ts';
import type { Signer } from './signer.ts';
import type { Store } from './store.ts';

/** Told once when writing starts to fail and once when it works again. */
export type Stall = { readonly stalled: true; readonly error: InterlockError } | { readonly stalled: false; readonly refused: number };

export interface ChainWriterOptions {
  readonly store: Store;
  readonly signer: Signer;
  readonly head: Head;
  readonly clock: () => number;
  readonly onStall: (stall: Stall) => void;
  /** Entries that may wait; over it appends are refused at once. */
  readonly maxWaiting: number;
  /** Least time between two attempts at a store that failed. */
  readonly retryMs: number;
}

export interface ChainWriter {
  append(body: EntryBody, durability: Durability, state: readonly StateChange[]): Promise<Receipt>;
  note(body: EntryBody): void;
  flush(): Promise<void>;
  readonly head: Head;
  readonly lag: number;
}

/** Characters that may wait in memory in all. */
const MAX_WAITING_CHARS = 64 * 1024 * 1024;
/** How long an outcome may wait for company. A crash within it leaves an exchange unfinished, which verify tells. */
const NOTE_DELAY_MS = 10;
/** Bounds one batch, and so the longest that a caller waits for others' entries. */
const MAX_GROUP = 1000;

export function openChainWriter(options: ChainWriterOptions): ChainWriter {
  const { store, signer, clock, onStall, maxWaiting, retryMs } = options;
  const checkpoint = checkpointWriter(signer);
  let head = options.head;
  let queue: Pending[] = [];
  let waitingChars = 0;
  let accepted = 0;
  let settled = 0;
  let running = false;
  /** Of the queue, those that somebody waits for. */
  let awaited = 0;
  let lazily: NodeJS.Timeout | null = null;
  let flushes: Array<{ readonly upTo: number; resolve(): void }> = [];
  let refusals: RefusalCount | null = null;
  let failure: { readonly error: InterlockError; readonly at: number } | null = null;
  let kept = 0;
  let lastAt = Number.NaN;
  let lastText = '';

  /** Formatting costs more than the clock, and many entries share a millisecond. */
  function now(): string {
    const at = clock();
    if (at !== lastAt) lastText = new Date((lastAt = at)).toISOString();
    return lastText;
  }

  /** Takes the entry into the queue, or throws and counts it as refused. */
  function accept(body: EntryBody, durability: Durability, state: readonly StateChange[], waiter: Waiter | null): void {
    const time = now();
    try {
      if (failure !== null && !running && performance.now() - failure.at < retryMs) throw failure.error;
      if (queue.length >= maxWaiting || waitingChars > MAX_WAITING_CHARS) throw unrecorded('too many entries wait to be written');
      const pending = prepare(body, time, durability, state, waiter);
      queue.push(pending);
      waitingChars += weightOf(pending);
      accepted += 1;
      if (waiter !== null) awaited += 1;
    } catch (error) {
      const reason = error instanceof InterlockError ? error : unrecorded('the entry could not be built', error);
      refusals = countRefusal(refusals, waiter !== null, time, reason.message);
      throw reason;
    }
    schedule();
  }

  function schedule(): void {
    if (running || queue.length === 0) return;
    if (awaited === 0 && flushes.length === 0) {
      // Entries that nobody waits for join the next group, or make their own a moment later: half the groups at low load.
      lazily ??= setTimeout(start, NOTE_DELAY_MS);
      return;
    }
    start();
  }

  function start(): void {
    if (lazily !== null) clearTimeout(lazily);
    lazily = null;
    if (running || queue.length === 0) return;
    running = true;
    // At the end of the loop's turn, so that requests which arrived in the same turn share a batch and a signature.
    setImmediate(() => void turn());
  }

  async function turn(): Promise<void> {
    if (failure === null || (await recover())) await writeGroup();
    running = false;
    schedule();
  }

  async function writeGroup(): Promise<void> {
    const taken = queue.length <= MAX_GROUP ? queue : queue.slice(0, MAX_GROUP);
    queue = queue.length <= MAX_GROUP ? [] : queue.slice(MAX_GROUP);
    awaited = queue.length === 0 ? 0 : countAwaited(queue);
    const told = refusals;
    const entries = told === null ? taken : [gapEntry(told), ...taken];
    try {
      const group = sealGroup(head, entries, checkpoint);
      await store.write(group.changes, group.sync);
      head = group.head;
    } catch (cause) {
      fail(unrecorded(cause instanceof Error ? cause.message : String(cause), cause), taken);
      return;
    }
    if (failure !== null) onStall({ stalled: false, refused: told?.refused ?? 0 });
    failure = null;
    if (told !== null) {
      refusals = withoutTold(refusals, told, now());
      kept = 0;
    }
    taken.forEach((entry, i) => entry.waiter?.resolve({ entry: String(head.size - taken.length + i) }));
    settle(taken);
  }

  function gapEntry(count: RefusalCount): Pending {
    return prepare(gapBody(count, kept), now(), 'synced', [], null);
  }

  /** INVARIANT: nothing that was refused leaves a hole. The chain goes on from the last head that was written. */
  function fail(error: InterlockError, taken: readonly Pending[]): void {
    const first = failure === null;
    failure = { error, at: performance.now() };
    const all = [...taken, ...queue];
    queue = [];
    awaited = 0;
    for (const entry of all) {
      refusals = countRefusal(refusals, entry.waiter !== null, entry.time, error.message);
      entry.waiter?.reject(error);
    }
    settle(all);
    if (first) onStall({ stalled: true, error });
  }

  /**
   * After a failed write the log may end in half a record. LevelDB would append behind it, and a later start would drop everything up to
   * the next block: acknowledged entries lost in silence. Opening again recovers the log and starts a new one.
   */
  async function recover(): Promise<boolean> {
    try {
      await store.reopen();
      const found = (await readHead(store, signer.publicKey)) ?? EMPTY_HEAD;
      if (found.size < head.size || (found.size === head.size && found.hash !== head.hash)) {
        throw unrecorded(`${head.size} entries were written and the store now holds ${found.size}`);
      }
      kept += found.size - head.size;
      head = found;
    } catch (cause) {
      fail(cause instanceof InterlockError ? cause : unrecorded('the store can not be opened again', cause), []);
      return false;
    }
    return true;
  }

  function settle(entries: readonly Pending[]): void {
    settled += entries.length;
    for (const entry of entries) waitingChars -= weightOf(entry);
    if (flushes.length === 0) return;
    for (const flush of flushes) if (flush.upTo <= settled) flush.resolve();
    flushes = flushes.filter((flush) => flush.upTo > settled);
  }

  return {
    append: (body, durability, state) => new Promise((resolve, reject) => accept(body, durability, state, { resolve, reject })),
    note(body) {
      try {
        accept(body, 'written', [], null);
      } catch {
        // Counted; the gap entry tells.
      }
    },
    flush() {
      if (settled === accepted) return Promise.resolve();
      return new Promise((resolve) => {
        flushes.push({ upTo: accepted, resolve });
        schedule();
      });
    },
    get head() {
      return head;
    },
    get lag() {
      return accepted - settled;
    },
  };
}

function countAwaited(queue: readonly Pending[]): number {
  let count = 0;
  for (const pending of queue) if (pending.waiter !== null) count += 1;
  return count;
}

function unrecorded(why: string, cause?: unknown): InterlockError {
  return new InterlockError('RECORD_FAILED', `the ledger could not be written: ${why}`, {
    cause,
    hint: 'nothing is forwarded until it can be: check free space and rights of the data folder',
  });
}
