// Writes entries in groups: while one group is being written the next one forms.
//
// What a crash means at each step: before the batch, nothing was forwarded and nothing is recorded; inside it, LevelDB keeps all of the
// batch or none; after it, the entries are there and their callers may or may not have acted on them.

import { InterlockError } from '../errors.ts';
import type { EntryBody } from './entry.ts';
import { headSigner, sealGroup } from './group.ts';
import type { HeadSigner } from './group.ts';
import type { Head } from './head.ts';
import type { Durability, OnWritten, Receipt, StateChange } from './ledger.ts';
import { prepare } from './pending.ts';
import type { Pending, Rekey, Waiter } from './pending.ts';
import { countRefusal, gapBody, withoutTold } from './refusal-count.ts';
import type { RefusalCount } from './refusal-count.ts';
import { reopenChain } from './reopen-chain.ts';
import type { Signer } from './signer.ts';
import { timeTexts } from './time-text.ts';
import type { Store } from './store.ts';
import { enqueue, isFull, newQueue, settle, settledSoFar, take } from './write-queue.ts';
import type { WriteQueue } from './write-queue.ts';

/** Told once when writing starts to fail and once when it works again. */
export type Stall =
  | { readonly stalled: true; readonly error: InterlockError }
  | { readonly stalled: false; readonly refused: number };

export interface ChainWriterOptions {
  readonly store: Store;
  readonly signer: Signer;
  /** The ledger's name: key id of its first key. */
  readonly ledger: string;
  readonly head: Head;
  readonly clock: () => number;
  readonly onStall: (stall: Stall) => void;
  readonly onWritten?: OnWritten;
  /** Entries that may wait; over it appends are refused at once. */
  readonly maxWaiting: number;
  /** Least time between two attempts at a store that failed. */
  readonly retryMs: number;
}

export interface ChainWriter {
  append(body: EntryBody, durability: Durability, state: readonly StateChange[]): Promise<Receipt>;
  note(body: EntryBody): void;
  /** An entry from whose group on another key signs. */
  rekey(body: EntryBody, rekey: Rekey): Promise<Receipt>;
  flush(): Promise<void>;
  /** Who signs now. */
  readonly signer: Signer;
  /** The last write failed, and nobody knows yet how much of it is in the store. */
  readonly stalled: boolean;
  readonly head: Head;
  readonly lag: number;
}

/** How long an outcome may wait for company. A crash within it leaves an exchange unfinished, which verify tells. */
const NOTE_DELAY_MS = 10;
/** Bounds one batch, and so the longest that a caller waits for others' entries. */
const MAX_GROUP = 1000;
/** Turns of the event loop that a group may form while they keep bringing entries. */
const MAX_GATHER_TURNS = 8;

interface Writer extends ChainWriterOptions {
  signing: HeadSigner;
  /** The next one, from the call until its entry is found in the store or another one takes its place. */
  drafted: Signer | null;
  readonly now: () => string;
  readonly queue: WriteQueue;
  head: Head;
  /** A group is being formed or written. */
  running: boolean;
  lazily: NodeJS.Timeout | null;
  refusals: RefusalCount | null;
  failure: { readonly error: InterlockError; readonly at: number } | null;
  /** Entries of failed writes that were found on disk after all. */
  kept: number;
}

export function openChainWriter(options: ChainWriterOptions): ChainWriter {
  const writer: Writer = {
    ...options,
    signing: headSigner(options.ledger, options.signer),
    drafted: null,
    now: timeTexts(options.clock),
    queue: newQueue(),
    running: false,
    lazily: null,
    refusals: null,
    failure: null,
    kept: 0,
  };
  return {
    append: (body, durability, state) =>
      new Promise((resolve, reject) => accept(writer, body, durability, state, { resolve, reject })),
    note(body) {
      try {
        accept(writer, body, 'written', [], null);
      } catch {
        // Counted; the gap entry tells.
      }
    },
    rekey(body, rekey) {
      writer.drafted = rekey.signer;
      return new Promise((resolve, reject) => accept(writer, body, 'synced', [], { resolve, reject }, rekey));
    },
    flush() {
      const settled = settledSoFar(writer.queue);
      schedule(writer);
      return settled;
    },
    get signer() {
      return writer.signing.signer;
    },
    get stalled() {
      return writer.failure !== null;
    },
    get head() {
      return writer.head;
    },
    get lag() {
      return writer.queue.accepted - writer.queue.settled;
    },
  };
}

/** Takes the entry into the queue, or throws and counts it as refused. */
function accept(
  writer: Writer,
  body: EntryBody,
  durability: Durability,
  state: readonly StateChange[],
  waiter: Waiter | null,
  rekey: Rekey | null = null,
): void {
  const { failure, queue } = writer;
  const time = writer.now();
  try {
    if (failure !== null && !writer.running && performance.now() - failure.at < writer.retryMs) throw failure.error;
    if (isFull(queue, writer.maxWaiting)) throw unrecorded('too many entries wait to be written');
    enqueue(queue, prepare(body, time, durability, state, waiter, rekey));
  } catch (error) {
    const reason = error instanceof InterlockError ? error : unrecorded('the entry could not be built', error);
    writer.refusals = countRefusal(writer.refusals, waiter !== null, time, reason.message);
    throw reason;
  }
  schedule(writer);
}

function schedule(writer: Writer): void {
  const { queue, running } = writer;
  if (running || queue.entries.length === 0) return;
  // Entries that nobody waits for join the next group, or make their own a moment later: half the groups at low load.
  if (queue.awaited === 0 && queue.flushes.length === 0) writer.lazily ??= setTimeout(start, NOTE_DELAY_MS, writer);
  else start(writer);
}

function start(writer: Writer): void {
  if (writer.lazily !== null) clearTimeout(writer.lazily);
  writer.lazily = null;
  if (writer.running || writer.queue.entries.length === 0) return;
  writer.running = true;
  gather(writer, 0);
}

/**
 * Waits for the end of the loop's turn, so that requests which arrived in it share a batch and a signature; and for further turns while
 * each brings more: a batch costs as much for thirty entries as for two. Nothing is waited for that is not at hand already.
 */
function gather(writer: Writer, turns: number): void {
  const { length } = writer.queue.entries;
  setImmediate(() => {
    if (writer.queue.entries.length > length && turns < MAX_GATHER_TURNS) gather(writer, turns + 1);
    else void turn(writer);
  });
}

async function turn(writer: Writer): Promise<void> {
  if (writer.failure === null || (await recover(writer))) await writeGroup(writer);
  writer.running = false;
  schedule(writer);
}

async function writeGroup(writer: Writer): Promise<void> {
  const taken = take(writer.queue, MAX_GROUP);
  const told = writer.refusals;
  const entries = told === null ? taken : [gapEntry(writer, told), ...taken];
  try {
    const group = sealGroup(writer.head, entries, writer.signing, writer.ledger);
    await writer.store.write(group.changes, group.sync);
    writer.head = group.head;
    writer.signing = group.signing;
  } catch (cause) {
    fail(writer, unrecorded(cause instanceof Error ? cause.message : String(cause), cause), taken);
    return;
  }
  if (writer.failure !== null) writer.onStall({ stalled: false, refused: told?.refused ?? 0 });
  writer.failure = null;
  if (told !== null) {
    writer.refusals = withoutTold(writer.refusals, told, writer.now());
    writer.kept = 0;
  }
  const first = writer.head.size - taken.length;
  taken.forEach((entry, i) => entry.waiter?.resolve({ entry: String(first + i) }));
  settle(writer.queue, taken);
  writer.onWritten?.(writer.head.size - entries.length, entries);
}

function gapEntry(writer: Writer, count: RefusalCount): Pending {
  return prepare(gapBody(count, writer.kept), writer.now(), 'synced', [], null);
}

/** INVARIANT: nothing that was refused leaves a hole. The chain goes on from the last head that was written. */
function fail(writer: Writer, error: InterlockError, taken: readonly Pending[]): void {
  const first = writer.failure === null;
  writer.failure = { error, at: performance.now() };
  const all = [...taken, ...take(writer.queue, Number.POSITIVE_INFINITY)];
  for (const entry of all) {
    writer.refusals = countRefusal(writer.refusals, entry.waiter !== null, entry.time, error.message);
    entry.waiter?.reject(error);
  }
  settle(writer.queue, all);
  if (first) writer.onStall({ stalled: true, error });
}

async function recover(writer: Writer): Promise<boolean> {
  const { size } = writer.head;
  try {
    const found = await reopenChain(writer);
    writer.kept += found.head.size - size;
    writer.head = found.head;
    writer.signing = found.signing;
  } catch (cause) {
    fail(writer, cause instanceof InterlockError ? cause : unrecorded('the store can not be opened again', cause), []);
    return false;
  }
  return true;
}

function unrecorded(why: string, cause?: unknown): InterlockError {
  return new InterlockError('RECORD_FAILED', `the ledger could not be written: ${why}`, {
    cause,
    hint: 'nothing is forwarded until it can be: check free space and rights of the data folder',
  });
}
