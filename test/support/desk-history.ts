// The history of a ledger in memory, with an index in a folder that goes away when it is closed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Feed } from '../../src/record/feed.ts';
import { createStatistics } from '../../src/record/statistics.ts';
import { type History, type HistoryOptions, openHistory } from '../../src/serve/history.ts';
import type { MemoryLedger } from './memory-ledger.ts';

export async function deskHistory(ledger: MemoryLedger): Promise<History> {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-history-'));
  const history = await openHistory({
    dataDir: folder,
    ledger: seenThrough(ledger),
    statistics: createStatistics(),
    onProblem: (error) => void process.stderr.write(`${String(error)}\n`),
  });
  // What is asked for is answered after a second at the latest, whatever is indexed by then: a test wants all of it, on any machine.
  const { feed } = history;
  const patient: Feed = Object.assign(Object.create(feed), { settled: () => feed.settled(60_000) });
  return {
    ...history,
    feed: patient,
    async close() {
      await history.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The ledger itself, whose size is read anew each time. A ledger in memory has no bytes to prove. */
function seenThrough(ledger: MemoryLedger): HistoryOptions['ledger'] {
  return {
    get: ledger.get,
    entries: ledger.entries,
    tail: ledger.tail,
    follow: ledger.follow,
    proof: async () => ({ chain: true, signature: true }),
    get size() {
      return ledger.size;
    },
  };
}
