// Which files of a data folder hold a text, packed or not: for what must be gone from all of them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { readLevelLog } from '../../src/record/level-log.ts';
import { readTable } from '../../src/record/level-table.ts';

/** Files under the folder in which the text stands, after everything in them was unpacked: every version of a key that LevelDB still has. */
export function holding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    if (!/\.(log|ldb|sst|entries|values)$/.test(name)) return false;
    const bytes = readFileSync(join(folder, name));
    if (/\.(entries|values)$/.test(name)) return zstdDecompressSync(bytes).includes(text);
    if (name.endsWith('.log')) return readLevelLog(bytes).records.some((record) => record.bytes.includes(text));
    return readTable(bytes).changes.some(({ value }) => value?.includes(text) === true);
  });
}
