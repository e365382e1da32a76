// A process of its own that appends to a ledger until it is killed, and says on its output what was acknowledged.
// Arguments: data folder, label of this round, `written`, `synced`, `mixed` or `rare`, appends of each client, characters that each is longer,
// clients: of four every entry changes state; with more the batches grow so large that each leaves its head behind its entries (placing.ts).
// Lines: `ack <entry> <exchange> <durability>` or `refused - <exchange>`.

import { writeSync } from 'node:fs';
import { openLedger } from '../../src/record/chain.ts';
import { outcomeOf, verdictOf } from './sample-bodies.ts';

const [dataDir = '', round = '', durability = 'written', count = '100000', padding = '0', clients = '4'] = process.argv.slice(2);
const ledger = await openLedger({ dataDir, version: '0.0.0', retryMs: 0 });

/** `rare`: so few that logs end and begin in between. */
function isSynced(name: number, i: number): boolean {
  if (durability === 'mixed') return i % 7 === name;
  return durability === 'synced' || (durability === 'rare' && name === 0 && i % 60 === 0);
}

async function client(name: number): Promise<void> {
  for (let i = 0; i < Number(count); i += 1) {
    const exchange = `${round}-${name}-${i}`;
    const state = name < 4 ? [{ put: `last:${name}`, value: exchange }] : [];
    const wanted = isSynced(name, i) ? 'synced' : 'written';
    const body = { ...verdictOf(exchange), query: 'x'.repeat(Number(padding)) };
    try {
      const { entry } = await ledger.append(body, wanted, state);
      // Straight to the descriptor: what was acknowledged must be out before the kill.
      writeSync(1, `ack ${entry} ${exchange} ${wanted}\n`);
      ledger.note(outcomeOf(exchange, entry));
    } catch {
      writeSync(1, `refused - ${exchange}\n`);
    }
  }
}

await Promise.all(Array.from({ length: Number(clients) }, (_, name) => client(name)));
await ledger.close();
