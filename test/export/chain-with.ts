// A ledger on disk that holds what a test needs.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger, type OpenLedger } from '../../src/record/chain.ts';
import type { EntryBody } from '../../src/record/entry.ts';

export interface TestChain extends AsyncDisposable {
  readonly ledger: OpenLedger;
  readonly dataDir: string;
}

/** The first entry is its `start`; `bodies` follow. */
export async function chainWith(bodies: readonly EntryBody[] = []): Promise<TestChain> {
  const dataDir = mkdtempSync(join(tmpdir(), 'interlock-export-'));
  const ledger = await openLedger({ dataDir, version: '0.0.0' });
  for (const body of bodies) ledger.note(body);
  await ledger.flush();
  return {
    ledger,
    dataDir,
    async [Symbol.asyncDispose]() {
      await ledger.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
