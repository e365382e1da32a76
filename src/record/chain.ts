// The ledger: opens the chain in a data folder and gives the house its append, its state and its readers.

import { type Archive, openArchive, type Sealing } from './archive.ts';
import { readCheckpoint } from './checkpoint.ts';
import { machineClock } from './clock-watch.ts';
import type { SteadyClock } from './clock-watch.ts';
import type { Checkpoint, LedgerName } from './checkpoint.ts';
import { openChainWriter } from './chain-writer.ts';
import type { ChainWriter, Stall } from './chain-writer.ts';
import { entriesFrom, entryAt } from './entry-reader.ts';
import { type EntryProof, proveEntry } from './entry-proof.ts';
import type { Entry } from './entry.ts';
import { openChain } from './first-start.ts';
import type { OpenedChain } from './first-start.ts';
import { ledgerId } from './key-files.ts';
import { type Lifecycle, lifecycle } from './lifecycle.ts';
import { keyRotation } from './key-rotation.ts';
import type { KeyChangeRequest, LedgerKeys } from './key-rotation.ts';
import { openKeyedDigest } from './keyed-digest.ts';
import type { Ledger, LedgerReader, OnWritten, StateStore } from './ledger.ts';
import { createProver, type LedgerProver } from './prover.ts';
import { STATE_PREFIX, stateKey } from './store-keys.ts';
import { type StoredLine, storedFrom } from './stored-line.ts';
import type { Store } from './store.ts';
import { verifyStore } from './verify-store.ts';
import type { VerifyChainOptions } from './verify.ts';
import type { VerifyReport } from './verify-report.ts';

export interface OpenLedgerOptions {
  readonly dataDir: string;
  /** Interlock's version, for the start entry. */
  readonly version: string;
  /** Recorded with the start. */
  readonly enforcement?: 'enforce' | 'monitor';
  /** Wall clock in milliseconds since 1970; recorded, never ordered by. */
  readonly clock?: () => number;
  /** What the wall clock is held against: the machine's own, where `clock` is the machine's too. */
  readonly steady?: SteadyClock;
  /** Told when writing starts to fail and when it works again. Must not throw. */
  readonly onStall?: (stall: Stall) => void;
  /** `lazy` writes the start entry only before the first other entry: for commands that mostly read. */
  readonly start?: 'eager' | 'lazy';
  readonly maxWaiting?: number;
  /** The longest that an append waits for the disk before it is refused. */
  readonly maxWaitMs?: number;
  readonly retryMs?: number;
  /** How entries are sealed into segments; left out: they stay as they are. */
  readonly sealing?: Sealing;
}

export interface OpenLedger extends Ledger, StateStore, LedgerReader {
  /** State by its key. */
  get(key: string): Promise<string | undefined>;
  /** Entry by its sequence. */
  get(sequence: number): Promise<Entry | undefined>;
  /** Entries that are surely on disk. */
  readonly synced: number;
  /** Nothing can be written now, so everything is refused. */
  readonly stalled: boolean;
  /** The signed note of the last written entry. */
  checkpoint(): string;
  readonly signedHead: Checkpoint;
  /** Base64 of the raw Ed25519 key in force: to be kept with checkpoints. */
  readonly publicKey: string;
  /** All keys, and what others check checkpoints with. */
  readonly keys: LedgerKeys;
  /** From here on another key signs; the old one signs the new one. Throws RECORD_FAILED. */
  rotateKey(request: KeyChangeRequest): Promise<LedgerKeys>;
  /** Walks everything that is written at the call; appends go on meanwhile. */
  verify(options: VerifyChainOptions): Promise<VerifyReport>;
  /** Tells of what is written from now on, entries of a failed write that were found on disk after all included. Returns how to stop it. */
  follow(onWritten: OnWritten): () => void;
  /** Does this entry stand where it should? Null when there is none. */
  proof(sequence: number): Promise<EntryProof | null>;
  /** What proofs for others are made of. */
  readonly prover: LedgerProver;
  /** Entries as they are stored, ascending from `from`. */
  stored(from: number, limit: number): AsyncIterable<StoredLine>;
  /** Ranges whose entries are not there any more, ascending. */
  readonly dropped: ReadonlyArray<{ readonly from: number; readonly to: number }>;
  /** What is sealed. */
  readonly archive: Archive;
  /** Writes what waits and a stop entry, syncs, and releases the store. */
  close(): Promise<void>;
}

/**
 * Opens the chain in `dataDir`, or begins one in an empty folder.
 * Throws STORE_LOCKED (another process has it), STORE_CORRUPT (never silently a new chain), KEY_EXPOSED, RECORD_FAILED.
 */
export async function openLedger(options: OpenLedgerOptions): Promise<OpenLedger> {
  const chain = await openChain(options.dataDir, options.sealing?.segmentEntries);
  try {
    return await assemble(chain, options);
  } catch (error) {
    await chain.store.close();
    throw error;
  }
}

async function assemble(chain: OpenedChain, options: OpenLedgerOptions): Promise<OpenLedger> {
  const { store, signer } = chain;
  const { dataDir, clock = Date.now, onStall = () => undefined, maxWaiting = 50_000, maxWaitMs = 5000, retryMs = 100 } = options;
  const keyedDigest = openKeyedDigest(dataDir);
  const { onWritten, follow } = following();
  const ledger = ledgerId(chain.keys, signer);
  const bounds = { maxWaiting, maxWaitMs, retryMs };
  const steady = options.steady ?? (options.clock === undefined ? machineClock() : null);
  const writer = openChainWriter({ store, signer, ledger, head: chain.head, clock, steady, onStall, onWritten, ...bounds });
  const rotation = keyRotation({ dataDir, ledger, keys: chain.keys, store, writer, begin: () => life.ensureStarted() });
  const name = (): LedgerName => ({ ledger, publicKey: writer.signer.publicKey });
  const life = lifecycle(writer, chain, { ...options, steady });
  if (options.start !== 'lazy') await life.start();
  const archive = openArchive({ ...chain, ...options.sealing, dataDir, clock, ledger, writer, begin: life.ensureStarted });
  return {
    ...recording(writer, life),
    keyedDigest,
    get size() {
      return writer.head.size;
    },
    get synced() {
      return writer.head.synced;
    },
    get lag() {
      return writer.lag;
    },
    get stalled() {
      return writer.stalled;
    },
    ...readersOf(store, () => writer.head.size),
    checkpoint: () => writer.head.note,
    get signedHead() {
      return readCheckpoint(writer.head.note, name());
    },
    get publicKey() {
      return writer.signer.publicKey;
    },
    follow,
    prover: createProver(store, {
      keys: () => rotation.known,
      head: () => writer.head,
      dropped: (sequence) => archive.droppedEntry(sequence),
    }),
    get dropped() {
      return archive.dropped();
    },
    proof: (sequence) => proveEntry(store, sequence, writer.head, name()),
    verify: (how) => verifyStore(store, writer.signer.publicKey, how, { dataDir, segments: chain.segments }),
    get keys() {
      return rotation.known;
    },
    rotateKey: rotation.rotate,
    archive,
    async close() {
      await archive.close();
      await life.stop();
      await store.close();
    },
  };
}

function recording(writer: ChainWriter, life: Lifecycle): Pick<Ledger, 'append' | 'note' | 'flush'> {
  return {
    append(body, durability, state = []) {
      life.ensureStarted();
      return writer.append(body, durability, state);
    },
    note(body, state = []) {
      life.ensureStarted();
      writer.note(body, state);
    },
    flush: () => writer.flush(),
  };
}

function following(): { readonly onWritten: OnWritten; readonly follow: OpenLedger['follow'] } {
  const followers = new Set<OnWritten>();
  return {
    onWritten(first, entries) {
      for (const told of followers) told(first, entries);
    },
    follow(told) {
      followers.add(told);
      return () => void followers.delete(told);
    },
  };
}

function readersOf(store: Store, size: () => number): Pick<OpenLedger, 'get' | 'list' | 'entries' | 'stored' | 'tail'> {
  return {
    get: getterOf(store),
    list: (prefix) => listState(store, prefix),
    entries: (from, limit) => entriesFrom(store, from, limit),
    stored: (from, limit) => storedFrom(store, from, limit),
    tail: (count) => lastEntries(store, size(), count),
  };
}

function getterOf(store: Store): OpenLedger['get'] {
  function get(key: string): Promise<string | undefined>;
  function get(sequence: number): Promise<Entry | undefined>;
  function get(at: string | number): Promise<string | Entry | undefined> {
    return typeof at === 'number' ? entryAt(store, at) : store.get(stateKey(at));
  }
  return get;
}

async function lastEntries(store: Store, size: number, count: number): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const entry of entriesFrom(store, Math.max(0, size - count), count)) found.push(entry);
  return found;
}

async function listState(store: Store, prefix: string): Promise<ReadonlyArray<readonly [string, string]>> {
  const found: Array<readonly [string, string]> = [];
  const from = stateKey(prefix);
  // No key that we write holds U+FFFF, and UTF-8 keeps code point order.
  for await (const page of store.pages({ from, to: `${from}\uffff` })) {
    for (const [key, value] of page) found.push([key.slice(STATE_PREFIX.length), value]);
  }
  return found;
}
