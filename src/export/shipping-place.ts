// How far a sink is: kept in the data folder, with the hash by which another ledger is told from this one.

import { open, readFile, rename } from 'node:fs/promises';
import { InterlockError } from '../errors.ts';
import { leafHash } from '../record/entry-codec.ts';
import type { StoredLine } from '../record/stored-line.ts';

export interface ShippingPlace {
  /** The first sequence that is not confirmed. Throws STORE_CORRUPT when the cursor is of another ledger, or unreadable. */
  read(): Promise<number>;
  /** Everything below `next` is confirmed. */
  write(next: number): Promise<void>;
}

interface Chain {
  readonly size: number;
  stored(from: number, limit: number): AsyncIterable<StoredLine>;
}

const CURSOR = /^(\d{1,15}) ([0-9a-f]{64})\n$/;
const NOTHING = '0'.repeat(64);

export function shippingPlace(file: string, chain: Chain): ShippingPlace {
  return {
    async read() {
      const text = await readFile(file, 'latin1').catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      });
      if (text === null) return 0;
      const [, next = '', hash = ''] = CURSOR.exec(text) ?? [];
      if (hash === '') throw unusable(file, 'can not be read');
      const place = Number(next);
      const here = await hashBefore(chain, place);
      // Null: it was taken away meanwhile by retention, which only ever takes from the beginning.
      if (place > chain.size || (here !== null && here !== hash))
        throw unusable(file, 'is of another ledger, or of a later state of this one');
      return place;
    },
    async write(next) {
      const draft = `${file}.draft`;
      const handle = await open(draft, 'w', 0o600);
      try {
        await handle.writeFile(`${next} ${(await hashBefore(chain, next)) ?? NOTHING}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      // After a power cut it may be the one before: some entries come again, and none is missed.
      await rename(draft, file);
    },
  };
}

async function hashBefore(chain: Chain, next: number): Promise<string | null> {
  if (next === 0) return NOTHING;
  for await (const { sequence, text } of chain.stored(next - 1, 1)) return sequence === next - 1 ? leafHash(text) : null;
  return null;
}

function unusable(file: string, problem: string): InterlockError {
  return new InterlockError('STORE_CORRUPT', `the cursor ${file} ${problem}`, {
    hint: 'Take it away to ship this ledger from its first entry.',
  });
}
