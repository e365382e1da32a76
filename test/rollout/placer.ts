// A process of its own that puts two bundles in place of each other until it is killed. Arguments: policies directory, how many changes it
// makes before it kills itself in the middle of one, and the two.

import { writeSync } from 'node:fs';
import { FILE_CHANGE } from '../../src/decide/load-cause.ts';
import { placeBundle } from '../../src/rollout/placing.ts';
import { readWhole } from '../../src/rollout/whole-bundle.ts';

const [policiesDir = '', whole = '', ...names] = process.argv.slice(2);
const bundles = await Promise.all(names.map(readWhole));
writeSync(1, 'ready\n');
for (let i = 0; ; i += 1) {
  const bundle = bundles[i % bundles.length];
  if (bundle === undefined) break;
  const source = { directory: policiesDir, git: null, owner: null };
  await placeBundle(policiesDir, bundle, { digest: bundle.files.digest, cause: FILE_CHANGE, source }, async () => {
    if (i === Number(whole)) process.kill(process.pid, 'SIGKILL');
  });
}
