// For operators whose ledger nobody reads in the test.

import assert from 'node:assert/strict';
import type { LedgerDesk } from '../../src/serve/ledger-desk.ts';

export const NO_LEDGER_DESK: LedgerDesk = {
  readLedger: () => assert.fail(),
  sequenceAt: () => assert.fail(),
  searchEntries: () => assert.fail(),
  ledgerStatistics: () => assert.fail(),
};
