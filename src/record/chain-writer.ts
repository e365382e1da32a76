// Writes entries in groups: while one group is being written the next one forms. write-attempt.ts tells what becomes of a group.

import { InterlockError } from '../errors.ts';
import { clockWatch } from './clock-watch.ts';
import type { EntryBody } from './entry.ts';
import { headSigner } from './group.ts';
import type { Head } from './head.ts';
import type { Durability, Receipt, StateChange } from './ledger.ts';
import { prepare } from './pending.ts';
import type { Pending, Rekey, Waiter } from './pending.ts';
import { countRefusal } from './refusal-count.ts';
import type { Signer } from './signer.ts';
import { timeTexts } from './time-text.ts';
import { waitLimit, type WaitLimit } from './wait-limit.ts';
import { recover, refuseAll, writeGroup } from './write-attempt.ts';
import { enqueue, isFull, newQueue, settledSoFar } from './write-queue.ts';
import { unrecorded } from './writer-state.ts';
import type { ChainWriterOptions, Stall, WriterState } from './writer-state.ts';

export type { ChainWriterOptions, Stall };

export interface ChainWriter {
  append(body: EntryBody, durability: Durability, state: readonly StateChange[]): Promise<Receipt>;
  /** `state` stands or falls with it. */
  note(body: EntryBody, state?: readonly StateChange[]): void;
  /** An entry from whose group on another key signs. */
  rekey(body: EntryBody, rekey: Rekey): Promise<Receipt>;
  /** All that was accepted is written when this resolves, or can't be for now. */
  flush(): Promise<void>;
  /** Writes what waits, if it can; nothing is tried after it. */
  close(): Promise<void>;
  /** Who signs now. */
  readonly signer: Signer;
  /** Nothing can be written now: the last write failed, or has not been answered in time. */
  readonly stalled: boolean;
  readonly head: Head;
  readonly lag: number;
}

/** How long an outcome may wait for company. A crash within it leaves an exchange unfinished, which verify tells. */
const NOTE_DELAY_MS = 10;
/** How often a store that failed is tried while nobody asks for anything. */
const IDLE_RETRY_MS = 1000;
/** Turns of the event loop that a group may form while they keep bringing entries. */
const MAX_GATHER_TURNS = 8;

interface Writer extends WriterState {
  /** A group is being formed or written. */
  running: boolean;
  /** The disk did not answer in time: until it does, everything is refused at once. */
  overdue: boolean;
  closed: boolean;
  lazily: NodeJS.Timeout | null;
  readonly limit: WaitLimit;
}

export function openChainWriter(options: ChainWriterOptions): ChainWriter {
  const writer: Writer = {
    ...options,
    signing: headSigner(options.ledger, options.signer),
    drafted: null,
    now: timeTexts(options.clock),
    clockStep: clockWatch(options.clock, options.steady ?? null),
    queue: newQueue(),
    running: false,
    overdue: false,
    closed: false,
    lazily: null,
    limit: waitLimit({ maxWaitMs: options.maxWaitMs, oldest: () => oldest(writer), onOver: () => giveUp(writer) }),
    refusals: null,
    withdrawal: null,
    failure: null,
    unsure: false,
    attempt: null,
  };
  const waiting = (take: (waiter: Waiter) => void): Promise<Receipt> =>
    new Promise((resolve, reject) => take({ since: performance.now(), resolve, reject }));
  return {
    append: (body, durability, state) => waiting((waiter) => accept(writer, body, durability, state, waiter)),
    note(body, state = []) {
      try {
        accept(writer, body, 'written', state, null);
      } catch {
        // Counted; the gap entry tells.
      }
    },
    rekey(body, rekey) {
      writer.drafted = rekey.signer;
      return waiting((waiter) => accept(writer, body, 'synced', [], waiter, rekey));
    },
    flush: () => flush(writer),
    async close() {
      await flush(writer);
      writer.closed = true;
      if (writer.lazily !== null) clearTimeout(writer.lazily);
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
  const { queue } = writer;
  const time = writer.now();
  try {
    if (waiter !== null) refuseWhileFailing(writer);
    if (writer.closed) throw unrecorded('it is closed');
    if (isFull(queue, writer.maxWaiting)) throw unrecorded('too many entries wait to be written');
    tellStep(writer, time);
    enqueue(queue, prepare(body, time, durability, state, waiter, rekey));
  } catch (error) {
    const reason = error instanceof InterlockError ? error : unrecorded('the entry could not be built', error);
    writer.refusals = countRefusal(writer.refusals, waiter !== null, time, reason.message);
    throw reason;
  }
  if (waiter !== null) writer.limit.watch();
  schedule(writer);
}

/** Before the entry that noticed it: what stands behind it is dated by the clock as it is now. */
function tellStep({ queue, steady, clockStep }: Writer, time: string): void {
  const stepMillis = clockStep();
  if (stepMillis === 0) return;
  const uptime = steady?.uptime() ?? null;
  enqueue(queue, prepare({ type: 'clock', stepMillis, ...(uptime === null ? {} : { uptime }) }, time, 'written', [], null));
}

/** Entries that nobody waits for are kept for better times, as long as there is room. */
function refuseWhileFailing({ failure, overdue, retryMs }: Writer): void {
  if (failure === null) return;
  if (overdue || performance.now() - failure.at < retryMs) throw failure.error;
}

function flush(writer: Writer): Promise<void> {
  const settled = settledSoFar(writer.queue);
  schedule(writer);
  return settled;
}

function schedule(writer: Writer): void {
  const { queue, running, closed, unsure } = writer;
  if (running || closed || !hasWork(writer)) return;
  if (queue.awaited > 0 || queue.flushes.length > 0) start(writer);
  // No process is kept alive by a store that fails.
  else if (unsure) writer.lazily ??= setTimeout(start, IDLE_RETRY_MS, writer).unref();
  // Entries that nobody waits for join the next group, or make their own a moment later: half the groups at low load.
  else writer.lazily ??= setTimeout(start, NOTE_DELAY_MS, writer);
}

/** What is owed to the record is written also when nobody asks for anything. */
function hasWork({ queue, refusals, withdrawal, failure, attempt }: Writer): boolean {
  // Outcomes alone were being written: nobody was refused, and they are in no queue until it is known whether they landed.
  const owed = refusals !== null || withdrawal !== null || attempt !== null;
  return queue.entries.length > 0 || (failure !== null && owed);
}

function start(writer: Writer): void {
  if (writer.lazily !== null) clearTimeout(writer.lazily);
  writer.lazily = null;
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
  // Came in while the last flush ended, or is owed. INVARIANT: the store may be closed as well, and is not opened again.
  if (writer.closed) return refuseAll(writer, unrecorded('it is closed'));
  // INVARIANT: after a failed write nothing is put behind what may be half a record.
  if (!writer.unsure || (await recover(writer))) await writeGroup(writer);
  writer.running = false;
  writer.overdue = false;
  schedule(writer);
}

function oldest({ attempt, queue }: Writer): number | null {
  const inFlight = attempt === null || attempt.refused ? [] : attempt.taken;
  return (inFlight.find(isAwaited) ?? queue.entries.find(isAwaited))?.waiter?.since ?? null;
}

function isAwaited({ waiter }: Pending): boolean {
  return waiter !== null;
}

/**
 * The disk takes too long, and no request waits longer for it than the operator said. All who wait are refused at once: those behind build on
 * the state of those before. What is being written may still land; then it is taken back (withdrawal.ts).
 */
function giveUp(writer: Writer): void {
  writer.overdue = true;
  refuseAll(writer, unrecorded(`the disk has not answered for ${writer.maxWaitMs} ms`));
}
