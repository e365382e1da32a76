// A process of its own that seals what a ledger holds and kills itself at a named step. Arguments: data folder, step, how often before.

import { openLedger } from '../../src/record/chain.ts';

const [dataDir = '', fatal = '', times = '1'] = process.argv.slice(2);
let left = Number(times);
const ledger = await openLedger({
  dataDir,
  version: '0.0.0',
  sealing: {
    keepLive: 100,
    segmentEntries: 256,
    onStep(step) {
      if (step === fatal) left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    },
  },
});
await ledger.archive.seal();
await ledger.close();
