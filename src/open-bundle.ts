// Puts together what decides: the judge over the policies directory, its watch, and the record and store of what was in force.

import type { Logger } from 'pino';
import type { BudgetMeter } from './budget/meter.ts';
import type { Config } from './config/config.ts';
import { createJudge, type ReloadableJudge } from './decide/judge-engine.ts';
import { RELOAD } from './decide/load-cause.ts';
import { watchBundle } from './decide/watch.ts';
import type { Directory } from './identify/directory.ts';
import type { OpenLedger } from './record/chain.ts';
import { type BundleChanger, createBundleChanger } from './rollout/bundle-changer.ts';
import { openBundleHistory } from './rollout/bundle-history.ts';
import { type BundleStore, openBundleStore } from './rollout/bundle-store.ts';
import { runningBackend } from './rollout/change-backends.ts';
import { finishPlacing } from './rollout/placing.ts';

interface BundleRooms {
  readonly ledger: OpenLedger;
  readonly directory: Directory;
  readonly budgets: BudgetMeter;
  readonly log: Logger;
}

interface OpenBundle {
  readonly judge: ReloadableJudge;
  /** Every bundle that was in force, and what brings another one there. */
  readonly bundles: BundleStore & BundleChanger;
  /** Loads the bundle anew; rejects when it is not valid, and then the one before stays in force. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Throws BUNDLE_INVALID when there is no good bundle to start with. */
export async function openBundle({ policiesDir, dataDir }: Config, rooms: BundleRooms): Promise<OpenBundle> {
  const { ledger, directory, budgets, log } = rooms;
  const store = openBundleStore(dataDir);
  // A promotion that was broken off is finished before anything is loaded.
  const finished = await finishPlacing(policiesDir);
  const history = await openBundleHistory({ ledger, store, log, finished });
  const judge = await createJudge({ policiesDir, directory, budgets, onEvent: history.onEvent, look: history.look });
  const watch = watchBundle({ directory: policiesDir, reload: () => judge.reload() }); // a rejection is on record already
  const backend = runningBackend(policiesDir, judge, history);
  return {
    judge,
    bundles: { ...store, ...createBundleChanger({ policiesDir, store, directory, backend, ledger }) },
    reload: async () => void (await judge.reload(RELOAD)),
    async close() {
      watch.close();
      // Its failure is the ledger's, which tells of it itself.
      await history.settled().catch(() => null);
    },
  };
}
