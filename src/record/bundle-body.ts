// What is recorded of a bundle: that it was loaded or refused, what changed by it, and what is known of who wanted it.

import type { GitState, LoadCause } from '../decide/load-cause.ts';

/** The first of them, in the order of their names, and how many there are. */
export interface NamedCount {
  readonly count: number;
  readonly ids: readonly string[];
}

/** What differs from the bundle that was in force before. */
export interface BundleChanges {
  /** Policies by their ids. */
  readonly added: NamedCount;
  readonly changed: NamedCount;
  readonly removed: NamedCount;
  /** Other files of the bundle: `entities.json`. */
  readonly files: readonly string[];
}

/** How a bundle came to be loaded. Only what is known: null is not known. */
export interface BundleLoad {
  readonly cause: LoadCause['kind'];
  /** A `User` who proved it by token; the operating system's user, as the command told. */
  readonly user: string | null;
  readonly osUser: string | null;
  /** Owner of the newest file, as the file system says: not who changed it. */
  readonly fileOwner: string | null;
  readonly reason: string;
  /** Where the files come from: the policies directory, or the one that was promoted. */
  readonly directory: string;
  readonly git: GitState | null;
  /** Digest of the bundle that was in force before, in this run or the last; null: the first. */
  readonly previous: string | null;
  /** Null: there was none before, or its files are no longer kept. */
  readonly changes: BundleChanges | null;
}

export interface BundleBody {
  readonly type: 'bundle';
  /**
   * `placed`: put into the policies directory while no gateway ran; the next start loads it.
   * `rejected`: files that were seen and not loaded, with no digest; or what somebody wanted to promote, with its digest.
   * The last four are about a candidate that is judged beside the bundle in force.
   */
  readonly move: 'loaded' | 'placed' | 'rejected' | 'shadow-started' | 'shadow-changed' | 'shadow-rejected' | 'shadow-stopped';
  readonly digest: string | null;
  readonly policies: number;
  readonly note: string;
  /** Of `loaded` and `placed`, and of a promotion or rollback that was `rejected`. Absent in entries older than this. */
  readonly load?: BundleLoad;
}
