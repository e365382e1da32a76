// What verifying a ledger that holds reports.

import type { VerifyReport } from '../../src/record/verify-report.ts';

export const GOOD_REPORT: VerifyReport = {
  ok: true,
  entries: 3,
  verifiedBefore: 0,
  head: 'aa',
  root: 'cc',
  publicKey: 'bb',
  keys: [],
  firstBad: null,
  unfinished: 0,
  gaps: 0,
  missingRequests: 0,
  notes: [],
  checkpoint: 'interlock-tree/k\n3\nhead\n',
};
