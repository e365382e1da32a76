// A process that tries to open a store which another one has, as often as it is told, and says what each attempt came to.
// Arguments: data folder, attempts.

import { InterlockError } from '../../src/errors.ts';
import { openStore } from '../../src/record/open-store.ts';

const [dataDir = '', attempts = '1'] = process.argv.slice(2);
for (let i = 0; i < Number(attempts); i += 1) {
  const came = await openStore(dataDir, { create: false }).then(
    async (store) => {
      await store.close();
      return 'opened';
    },
    (error: unknown) => (error instanceof InterlockError ? `${error.code} ${error.message}` : String(error)),
  );
  process.stdout.write(`${came}\n`);
}
