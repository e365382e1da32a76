// The chain with its index and counts, opened by a command while no gateway runs.

import type { OpenLedger } from '../record/chain.ts';
import type { History } from './history.ts';

/** An index that is missing is made anew from the whole chain. */
const SETTLE_MS = 30 * 60_000;

/** Everything that is written is indexed and counted when it resolves. `opened` closes it. */
export async function offlineHistory(dataDir: string, ledger: OpenLedger, opened: AsyncDisposableStack): Promise<History> {
  const [{ openHistory }, { createStatistics }] = await Promise.all([import('./history.ts'), import('../record/statistics.ts')]);
  const history = await openHistory({ dataDir, ledger, statistics: createStatistics(), onProblem: () => undefined });
  opened.defer(() => history.close());
  // The index follows the chain without keeping a process alive: here it is all that the process is for.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await history.feed.settled(SETTLE_MS);
  } finally {
    clearInterval(alive);
  }
  return history;
}
