// A bounded store of what was learnt: a shelf for each agent, the oldest forgotten first, everything forgotten in time.

import type { Facts } from '../classify/action.ts';

export interface ShelfLimits {
  readonly entriesPerAgent: number;
  readonly bytesPerAgent: number;
  /** Of all agents together. */
  readonly entries: number;
  readonly bytes: number;
  readonly ttlMs: number;
}

export const SHELF_LIMITS: ShelfLimits = {
  entriesPerAgent: 5_000,
  bytesPerAgent: 8 * 1024 * 1024,
  entries: 50_000,
  bytes: 64 * 1024 * 1024,
  ttlMs: 24 * 60 * 60 * 1000,
};

/** Longer ids are no ids; larger facts are no facts of one thing. What is not kept is not known. */
const MAX_KEY_CHARACTERS = 2_048;
const MAX_ENTRY_BYTES = 256 * 1024;
/** What an entry costs beside its text: the map's slot, the object, the strings' heads. */
const ENTRY_OVERHEAD_BYTES = 256;

export interface Shelves {
  get(agent: string, key: string): Facts | undefined;
  /** Replaces what was known under the key. */
  put(agent: string, key: string, facts: Facts): void;
  readonly size: { readonly entries: number; readonly bytes: number };
}

interface Kept {
  readonly facts: Facts;
  readonly bytes: number;
  readonly untilMs: number;
}

interface Shelf {
  /** Oldest first: what is learnt anew moves to the end. */
  readonly kept: Map<string, Kept>;
  bytes: number;
}

/** INVARIANT: an agent that learns without end pushes out only what it learnt itself, until all agents together fill the whole. */
export function createShelves(limits: ShelfLimits = SHELF_LIMITS, nowMs: () => number = () => performance.now()): Shelves {
  const shelves = new Map<string, Shelf>();
  const total = { entries: 0, bytes: 0 };

  function drop(agent: string, shelf: Shelf, key: string): void {
    const known = shelf.kept.get(key);
    if (known === undefined) return;
    shelf.kept.delete(key);
    shelf.bytes -= known.bytes;
    total.bytes -= known.bytes;
    total.entries -= 1;
    if (shelf.kept.size === 0) shelves.delete(agent);
  }

  function dropOldest(agent: string, shelf: Shelf): void {
    const [oldest] = shelf.kept.keys();
    if (oldest !== undefined) drop(agent, shelf, oldest);
  }

  /** Whoever holds most gives first, so a full house is nobody's weapon against the others. */
  function makeRoom(): void {
    while (total.entries > limits.entries || total.bytes > limits.bytes) {
      let largest: readonly [string, Shelf] | null = null;
      for (const one of shelves) if (largest === null || one[1].bytes > largest[1].bytes) largest = one;
      if (largest === null) return;
      dropOldest(...largest);
    }
  }

  return {
    get(agent, key) {
      const shelf = shelves.get(agent);
      const known = shelf?.kept.get(key);
      if (shelf === undefined || known === undefined) return undefined;
      if (known.untilMs > nowMs()) return known.facts;
      drop(agent, shelf, key);
      return undefined;
    },
    put(agent, key, facts) {
      const bytes = ENTRY_OVERHEAD_BYTES + 2 * (key.length + JSON.stringify(facts).length);
      const before = shelves.get(agent);
      if (before !== undefined) drop(agent, before, key);
      // INVARIANT: what can't be kept is forgotten, also what was known of it before: old facts of a new thing would be wrong ones.
      if (key.length > MAX_KEY_CHARACTERS || bytes > MAX_ENTRY_BYTES) return;
      const shelf = shelves.get(agent) ?? { kept: new Map<string, Kept>(), bytes: 0 };
      shelves.set(agent, shelf);
      shelf.kept.set(key, { facts, bytes, untilMs: nowMs() + limits.ttlMs });
      shelf.bytes += bytes;
      total.bytes += bytes;
      total.entries += 1;
      while (shelf.kept.size > limits.entriesPerAgent || shelf.bytes > limits.bytesPerAgent) dropOldest(agent, shelf);
      makeRoom();
    },
    get size() {
      return { ...total };
    },
  };
}
