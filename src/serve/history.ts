// What the console knows of the past: the chain with its index, its counts and who follows it.

import { type EntryIndex, openEntryIndex } from '../record/entry-index.ts';
import type { EntryProof } from '../record/entry-proof.ts';
import { type Feed, type Followed, openFeed } from '../record/feed.ts';
import type { Statistics } from '../record/statistics.ts';

export interface History {
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly feed: Feed;
  readonly statistics: Statistics;
  /** Null for an entry that there is not. */
  readonly proof: (sequence: number) => Promise<EntryProof | null>;
  /** Stops following, and closes the index. */
  close(): Promise<void>;
}

export interface HistoryOptions {
  readonly dataDir: string;
  readonly ledger: Followed & { proof(sequence: number): Promise<EntryProof | null> };
  readonly statistics: Statistics;
  readonly onProblem: (error: unknown) => void;
}

/** Throws when the folder of the index can't be used at all. */
export async function openHistory({ dataDir, ledger, statistics, onProblem }: HistoryOptions): Promise<History> {
  const index = await openEntryIndex(dataDir, ledger);
  const feed = await openFeed({ ledger, index, statistics, onProblem });
  return { ledger, index, feed, statistics, proof: (sequence) => ledger.proof(sequence), close: () => feed.close() };
}
