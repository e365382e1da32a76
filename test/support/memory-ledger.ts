// A ledger in memory with the same contract as the chain: ordered, atomic with its state, and able to fail on request.

import { createHmac } from 'node:crypto';
import { InterlockError } from '../../src/errors.ts';
import type { Durability, Ledger, LedgerReader, OnWritten, Receipt, StateChange, StateStore } from '../../src/record/ledger.ts';
import type { Entry, EntryBody } from '../../src/record/entry.ts';

const TIME = '2026-01-01T00:00:00.000Z';

export interface Appended {
  readonly body: EntryBody;
  readonly durability: Durability;
  readonly state: readonly StateChange[];
}

export interface MemoryLedger extends Ledger, LedgerStateAndReader {
  readonly appended: Appended[];
  readonly state: Map<string, string>;
  /** While true every append is refused, as on a full disk. */
  failing: boolean;
  /** Runs before an append resolves: a test decides here what happens meanwhile. */
  beforeWritten: (() => Promise<void>) | null;
  /** The same data folder after a restart: state and entries, and nothing that was only in memory. */
  reopen(): MemoryLedger;
  follow(onWritten: OnWritten): () => void;
  /** Bodies of one type, in order. */
  bodies<T extends EntryBody['type']>(type: T): Extract<EntryBody, { readonly type: T }>[];
}

interface LedgerStateAndReader {
  get: StateStore['get'] & LedgerReader['get'];
  list: StateStore['list'];
  entries: LedgerReader['entries'];
  tail: LedgerReader['tail'];
}

async function* entriesOf(appended: readonly Appended[], from: number, limit: number): AsyncGenerator<Entry> {
  for (let i = from; i < Math.min(appended.length, from + limit); i += 1) {
    const entry = entryAt(appended, i);
    if (entry !== undefined) yield entry;
  }
}

function entryAt(appended: readonly Appended[], sequence: number): Entry | undefined {
  const found = appended[sequence];
  if (found === undefined) return undefined;
  return { version: 1, sequence, time: TIME, previous: '0'.repeat(64), body: found.body };
}

export function memoryLedger(from: { appended?: Appended[]; state?: Map<string, string> } = {}): MemoryLedger {
  const appended = from.appended ?? [];
  const state = from.state ?? new Map<string, string>();
  const followers = new Set<OnWritten>();
  const tell = (body: EntryBody): void => {
    for (const told of followers) told(appended.length - 1, [{ body, time: TIME }]);
  };
  function get(key: string): Promise<string | undefined>;
  function get(sequence: number): Promise<Entry | undefined>;
  function get(key: string | number): Promise<string | undefined> | Promise<Entry | undefined> {
    return typeof key === 'string' ? Promise.resolve(state.get(key)) : Promise.resolve(entryAt(appended, key));
  }
  const ledger: MemoryLedger = {
    appended,
    state,
    failing: false,
    beforeWritten: null,
    async append(body, durability, changes = []): Promise<Receipt> {
      if (ledger.failing) throw new InterlockError('RECORD_FAILED', 'the ledger cannot be written: disk full');
      const entry = String(appended.length);
      appended.push({ body, durability, state: changes });
      tell(body);
      for (const change of changes) {
        if ('put' in change) state.set(change.put, change.value);
        else state.delete(change.del);
      }
      await new Promise((resolve) => setImmediate(resolve));
      await ledger.beforeWritten?.();
      return { entry };
    },
    note(body) {
      appended.push({ body, durability: 'written', state: [] });
      tell(body);
    },
    flush: () => Promise.resolve(),
    keyedDigest: (bytes) => createHmac('sha256', 'memory ledger').update(bytes).digest('hex'),
    get size() {
      return appended.length;
    },
    lag: 0,
    get,
    list: (prefix) => Promise.resolve([...state].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1))),
    entries: (from, limit) => entriesOf(appended, from, limit),
    tail: (count) =>
      Promise.resolve(
        appended
          .map((_, i) => entryAt(appended, i))
          .filter((entry) => entry !== undefined)
          .slice(-count),
      ),
    follow(told) {
      followers.add(told);
      return () => void followers.delete(told);
    },
    reopen: () => memoryLedger({ appended: [...appended], state: new Map(state) }),
    bodies<T extends EntryBody['type']>(type: T) {
      const isType = (body: EntryBody): body is Extract<EntryBody, { readonly type: T }> => body.type === type;
      return appended.map((item) => item.body).filter(isType);
    },
  };
  return ledger;
}
