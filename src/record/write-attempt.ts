// One group on its way into the store: written, failed, or written after all when its callers had been refused.
//
// What a crash means at each step: before the batch, nothing was forwarded and nothing is recorded; inside it, LevelDB keeps all of the
// batch or none; after it, the entries are there and their callers may or may not have acted on them.

import { InterlockError } from '../errors.ts';
import { sealGroup } from './group.ts';
import type { HeadSigner } from './group.ts';
import type { Head } from './head.ts';
import { prepare } from './pending.ts';
import type { Pending } from './pending.ts';
import { countRefusal, gapBody, withoutTold } from './refusal-count.ts';
import { reopenChain } from './reopen-chain.ts';
import { stateKey } from './store-keys.ts';
import { isWithdrawn, NOTHING_WITHDRAWN, withdraw } from './withdrawal.ts';
import type { PreviousState } from './withdrawal.ts';
import { putBack, releaseFlushes, settle, take, takeAwaited } from './write-queue.ts';
import { unrecorded } from './writer-state.ts';
import type { Attempt, WriterState } from './writer-state.ts';

/** Bounds one batch, and so the longest that a caller waits for others' entries. */
const MAX_GROUP = 1000;

export async function writeGroup(writer: WriterState): Promise<void> {
  const attempt = begin(writer);
  if (attempt === null) return;
  try {
    await writer.store.write(attempt.group.changes, attempt.group.sync);
  } catch (cause) {
    await failed(writer, attempt, unrecorded(messageOf(cause), cause));
    return;
  }
  await landed(writer, attempt, attempt.group);
}

/** Null: the group could not be made, and its callers were refused. */
function begin(writer: WriterState): Attempt | null {
  const taken = take(writer.queue, MAX_GROUP);
  const { refusals: told, withdrawal } = writer;
  try {
    const entries = [...telling(writer, taken), ...taken];
    const group = sealGroup(writer.head, entries, writer.signing, writer.ledger);
    const before = taken.some(({ state }) => state.length > 0) ? writer.store.snapshot() : null;
    writer.attempt = { taken, entries, group, told, withdrawal, before, previous: null, refused: false };
    return writer.attempt;
  } catch (cause) {
    const error = unrecorded('the group could not be made', cause);
    for (const { waiter, time } of taken)
      if (waiter === null) writer.refusals = countRefusal(writer.refusals, false, time, error.message);
    refuseAll(
      writer,
      error,
      taken.filter(({ waiter }) => waiter !== null),
    );
    settle(
      writer.queue,
      taken.filter(({ waiter }) => waiter === null),
    );
    return null;
  }
}

/** Dated no later than what follows: outcomes may have waited with their own time for a disk that came back. */
function telling({ refusals, withdrawal, now }: WriterState, [next]: readonly Pending[]): Pending[] {
  if (refusals === null && withdrawal === null) return [];
  const until = now();
  const time = next?.time ?? until;
  const { bodies, state } = withdrawal ?? NOTHING_WITHDRAWN;
  const gap = gapBody(refusals, withdrawal ?? NOTHING_WITHDRAWN, until);
  return [prepare(gap, time, 'synced', state, null), ...bodies.map((body) => prepare(body, time, 'synced', [], null))];
}

/** It is in the store. `found`: its head. */
async function landed(
  writer: WriterState,
  attempt: Attempt,
  found: { readonly head: Head; readonly signing: HeadSigner },
): Promise<void> {
  const { taken, entries, told, refused } = attempt;
  writer.head = found.head;
  writer.signing = found.signing;
  writer.attempt = null;
  const first = found.head.size - taken.length;
  if (told !== null) writer.refusals = withoutTold(writer.refusals, told, writer.now());
  if (refused) {
    writer.withdrawal = withdraw(first, taken, attempt.previous ?? (await previousState(attempt)));
    settle(
      writer.queue,
      taken.filter(({ waiter }) => waiter === null),
    );
  } else {
    writer.withdrawal = null;
    if (writer.failure !== null) writer.onStall({ stalled: false, refused: told?.refused ?? 0 });
    writer.failure = null;
    taken.forEach((entry, i) => entry.waiter?.resolve({ entry: String(first + i) }));
    settle(writer.queue, taken);
  }
  release(attempt);
  writer.onWritten?.(found.head.size - entries.length, entries);
}

async function failed(writer: WriterState, attempt: Attempt, error: InterlockError): Promise<void> {
  writer.unsure = true;
  // First of all: what is read next may take its time as well.
  refuseAll(writer, error);
  attempt.previous = await previousState(attempt);
  release(attempt);
}

/** The store is opened anew, and what is found there decides what became of the last write. False: it can not be opened, or holds too little. */
export async function recover(writer: WriterState): Promise<boolean> {
  const { attempt, head } = writer;
  try {
    const found = await reopenChain(writer);
    writer.unsure = false;
    // Else the head that was found is the one that is known.
    if (attempt !== null && found.head.size > head.size) await landed(writer, attempt, found);
    else if (attempt !== null)
      putBack(
        writer.queue,
        attempt.taken.filter(({ waiter }) => waiter === null),
      );
    writer.attempt = null;
  } catch (cause) {
    refuseAll(writer, notReopened(cause));
    return false;
  }
  return true;
}

/** INVARIANT: who waits is told RECORD_FAILED, whatever the store was found to be: by that code callers know that it may be tried again. */
function notReopened(cause: unknown): InterlockError {
  if (cause instanceof InterlockError && cause.code === 'RECORD_FAILED') return cause;
  return unrecorded(`the store can not be opened again: ${messageOf(cause)}`, cause);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * Everybody who waits is refused: in the queue, in the group that is being written, and `more`. Entries that nobody waits for stay.
 * INVARIANT: nothing that was refused leaves a hole. The chain goes on from the last head that is in the store.
 */
export function refuseAll(writer: WriterState, error: InterlockError, more: readonly Pending[] = []): void {
  const { attempt, queue } = writer;
  const first = writer.failure === null;
  writer.failure = { error, at: performance.now() };
  const inFlight = attempt === null || attempt.refused ? [] : attempt.taken.filter(({ waiter }) => waiter !== null);
  if (attempt !== null) attempt.refused = true;
  const refused = [...inFlight, ...more, ...takeAwaited(queue)];
  for (const entry of refused) {
    writer.refusals = countRefusal(writer.refusals, true, entry.time, error.message);
    entry.waiter?.reject(error);
  }
  settle(queue, refused);
  releaseFlushes(queue);
  if (first) writer.onStall({ stalled: true, error });
}

/** What the state of its refused entries was before it; null when that can't be read any more. */
async function previousState({ taken, before, withdrawal }: Attempt): Promise<PreviousState | null> {
  const previous = new Map<string, string | undefined>();
  // What this very group put back counts: the store had another value before it.
  const back = new Map(
    withdrawal?.state.map((change) => ('put' in change ? [change.put, change.value] : [change.del, undefined])),
  );
  try {
    for (const change of taken.filter(isWithdrawn).flatMap(({ state }) => state)) {
      const key = 'put' in change ? change.put : change.del;
      previous.set(key, back.has(key) ? back.get(key) : await before?.get(stateKey(key)));
    }
  } catch {
    return null;
  }
  return previous;
}

function release({ before }: Attempt): void {
  before?.close().catch(() => undefined);
}
