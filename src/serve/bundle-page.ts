// A page of what became of the bundle, for the console and the command.

import type { EntryIndex } from '../record/entry-index.ts';
import { findEntries } from '../record/entry-query.ts';
import type { Entry } from '../record/entry.ts';
import type { Feed, Followed } from '../record/feed.ts';
import type { BundleStore } from '../rollout/bundle-store.ts';
import { type BundleMove, bundleMove } from './bundle-move.ts';

export interface BundleQuery {
  /** The `next` of the page before. */
  readonly before?: number;
  readonly limit?: number;
}

export interface BundlePage {
  /** Newest first. */
  readonly moves: readonly BundleMove[];
  /** Digest; null: none was yet. */
  readonly inForce: string | null;
  readonly next: number | null;
}

interface BundlePageDeps {
  readonly ledger: Followed;
  readonly index: EntryIndex;
  readonly feed: Pick<Feed, 'settled'>;
  readonly bundles: Pick<BundleStore, 'find'>;
  readonly inForce: () => string | null;
}

const USUAL_LIMIT = 50;

export async function bundlePage(query: BundleQuery, deps: BundlePageDeps): Promise<BundlePage> {
  await deps.feed.settled();
  const { entries, next } = await findEntries(
    {
      terms: [{ kind: 'type', value: 'bundle' }],
      before: query.before ?? null,
      limit: query.limit ?? USUAL_LIMIT,
      since: null,
      until: null,
      matches: isMove,
    },
    deps,
  );
  const kept = new Set(await deps.bundles.find(''));
  const moves = entries.map((entry) => bundleMove(entry, kept)).filter((move) => move !== null);
  return { moves, inForce: deps.inForce(), next };
}

/** Those of a candidate tell what is judged beside the bundle. */
function isMove({ body }: Entry): boolean {
  return body.type === 'bundle' && !body.move.startsWith('shadow-');
}
