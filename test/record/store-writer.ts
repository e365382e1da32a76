// A process of its own that writes to a store so that a log ends and another one begins, and says on its output when a synced write was answered.
// Arguments: data folder, `within` (by the synced write itself) or `before` it.

import { writeSync } from 'node:fs';
import { openLevelStore } from '../../src/record/store.ts';

const [dataDir = '', rolls = ''] = process.argv.slice(2);
const store = await openLevelStore(dataDir, { create: true });
// More than LevelDB's write buffer of 16 MiB (level-open.ts): with the next write another log begins.
await store.write([{ put: 'large', value: 'x'.repeat(20_000_000) }], false);
if (rolls === 'before') await store.write([{ put: 'small', value: '' }], false);
writeSync(1, 'asked\n');
await store.write([{ put: 'synced', value: '' }], true);
writeSync(1, 'answered\n');
await store.close();
