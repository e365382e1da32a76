// Promotion, rollback and history on the data folder itself, while no gateway runs.

import type { Config } from '../config/config.ts';
import type { Directory } from '../identify/directory.ts';
import type { OpenLedger } from '../record/chain.ts';
import type { BundleChanger } from '../rollout/bundle-changer.ts';
import type { BundlePage, BundleQuery } from './bundle-page.ts';
import type { History } from './history.ts';

interface BundleRooms {
  readonly ledger: OpenLedger;
  readonly directory: Pick<Directory, 'authenticateUser'>;
  /** Asked for when first needed; everything that is written is in it. */
  readonly history: () => Promise<History>;
}

type BundleDesk = BundleChanger & { history(query: BundleQuery): Promise<BundlePage> };

/** Finishes a change that was broken off first. Loads what it needs only here. */
export async function openBundleDesk({ policiesDir, dataDir }: Config, rooms: BundleRooms): Promise<BundleDesk> {
  const [
    { createBundleChanger },
    { openBundleStore },
    { offlineBackend },
    { finishPlacing },
    { IN_FORCE_KEY, PLACED_KEY, placedText },
  ] = await Promise.all([
    import('../rollout/bundle-changer.ts'),
    import('../rollout/bundle-store.ts'),
    import('../rollout/change-backends.ts'),
    import('../rollout/placing.ts'),
    import('../rollout/placed.ts'),
  ]);
  const { ledger, directory, history } = rooms;
  const store = openBundleStore(dataDir);
  const inForce = (await ledger.get(IN_FORCE_KEY)) ?? null;

  async function changer(): Promise<BundleChanger> {
    const finished = await finishPlacing(policiesDir);
    if (finished !== null) {
      // Its own load still has to tell who it was; what is told of it here is only that it was finished.
      const note = 'a change that was broken off was finished';
      const state = [{ put: PLACED_KEY, value: placedText(finished) }];
      await ledger.append({ type: 'bundle', move: 'placed', digest: finished.digest, policies: 0, note }, 'synced', state);
    }
    const backend = offlineBackend(policiesDir, ledger, inForce);
    return createBundleChanger({ policiesDir, store, directory, backend, ledger });
  }

  return {
    promote: async (request) => (await changer()).promote(request),
    rollback: async (request) => (await changer()).rollback(request),
    refuse: async (request) => (await changer()).refuse(request),
    async history(query) {
      const { bundlePage } = await import('./bundle-page.ts');
      return bundlePage(query, { ...(await history()), bundles: store, inForce: () => inForce });
    },
  };
}
