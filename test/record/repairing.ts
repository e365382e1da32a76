// A process of its own that repairs a ledger and kills itself once a named step is done. Arguments: data folder, step.

import { repairLedger } from '../../src/record/repair.ts';

const [dataDir = '', fatal = ''] = process.argv.slice(2);
await repairLedger(dataDir, {
  dryRun: false,
  onStep(step) {
    if (step === fatal) process.kill(process.pid, 'SIGKILL');
  },
});
