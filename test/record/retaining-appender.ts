// A process of its own that drops what is sealed and kills itself at a named step. Arguments: data folder, step.

import { openLedger } from '../../src/record/chain.ts';

const [dataDir = '', fatal = ''] = process.argv.slice(2);
const ledger = await openLedger({
  dataDir,
  version: '0.0.0',
  clock: () => Date.UTC(2026, 0, 11),
  sealing: {
    keepLive: 100,
    segmentEntries: 256,
    retention: { keepDays: 1, keepBytes: null },
    onStep(step) {
      if (step === fatal) process.kill(process.pid, 'SIGKILL');
    },
  },
});
await ledger.archive.retain();
await ledger.close();
