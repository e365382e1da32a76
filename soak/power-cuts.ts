// Power cuts at hundreds of moments, the store's turns above all: synced entries are there, the chain holds, state stands with its entry.

import { checkCut, seeded, withAppended } from '../test/record/cut-ledger.ts';
import { expectFigure, type SoakCase } from './soak-case.ts';

const CUTS = 200;
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);

export const powerCuts: SoakCase = {
  name: 'power cuts of the ledger',
  minutes: 6,
  async run(say, { count = CUTS, progress }) {
    const random = seeded(SEED);
    // Two have a short life; the others fill logs, so that tables are built and logs end between two syncs. With four clients batches are small
    // and all change state; with more they leave their heads behind their entries, and tables are moved as they are.
    const runs = [
      { appends: 200, padding: 0, durability: 'mixed', clients: 4 },
      { appends: 60, padding: 0, durability: 'mixed', clients: 24 },
      { appends: 3000, padding: 14_000, durability: 'rare', clients: 4 },
      { appends: 500, padding: 14_000, durability: 'rare', clients: 24 },
    ] as const;
    for (const run of runs) {
      await withAppended(run, async (record) => {
        let lost = 0;
        const failed: string[] = [];
        for (let i = 0; i < count / runs.length; i += 1) {
          const any = Math.floor(random() * (record.length + 1));
          const moment = i % 3 === 0 ? any : (record.turns[Math.floor(random() * record.turns.length)] ?? any);
          try {
            lost += (await checkCut(record, moment, random)).lost;
          } catch (error) {
            failed.push(`at ${moment}: ${error instanceof Error ? error.message : String(error)}`);
          }
          if (i % 10 === 9)
            progress(
              `${run.durability}, ${run.clients} clients: ${i + 1} of ${Math.ceil(count / runs.length)} cuts, ${failed.length} failed`,
            );
        }
        say(
          `${run.durability}, ${run.clients} clients: ${Math.ceil(count / runs.length)} cuts over ${record.length} changes of the disk: ${failed.length} failed, ${lost} unsynced entries lost`,
        );
        expectFigure(failed.length === 0, `seed ${SEED}: ${failed.slice(0, 3).join('\n')}`);
      });
    }
  },
};
