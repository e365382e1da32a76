// Looks at LevelDB's tables before it opens them. It checks no checksum when it reads, and where a damaged block has lost its form it ends the
// process instead of saying so (assertions of table/block.cc and db/dbformat.h).

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTable, checkTableEnd } from './level-table.ts';

/**
 * So much is read in whole, of the newest tables: those are merged next. Of the others the end, which says where everything is. All that is
 * there is checked by `verify`. Some 230 MB a second.
 */
const WHOLE_BYTES = 256 * 1024 * 1024;
/** Index and filters of a table of 16 MB are some 150 KB; where they are more, or damaged, the table is read in whole. */
const END_BYTES = 1024 * 1024;

/** The first damage found, in plain words; null: none was. A table that is missing is LevelDB's to tell. Throws what reading throws. */
export async function damagedTable(folder: string, tables: Iterable<number>, wholeBytes = WHOLE_BYTES): Promise<string | null> {
  let left = wholeBytes;
  for (const number of [...tables].toSorted((a, b) => b - a)) {
    const name = `${String(number).padStart(6, '0')}.ldb`;
    const file = await open(join(folder, name)).catch(absent);
    if (file === null) continue;
    try {
      const { size } = await file.stat();
      const whole = size <= left || (await checkedEnd(file, size)).length > 0;
      const [problem] = whole ? checkTable(await file.readFile()) : [];
      if (problem !== undefined) return `${name}: ${problem}`;
      left -= size;
    } finally {
      await file.close();
    }
  }
  return null;
}

async function checkedEnd(file: FileHandle, size: number): Promise<readonly string[]> {
  const length = Math.min(size, END_BYTES);
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return checkTableEnd(buffer, size - length);
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
