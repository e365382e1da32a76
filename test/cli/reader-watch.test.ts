// A reader of standard output that goes is noticed though nothing is written, and nothing else counts as that.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { watchReader } from '../../src/cli/reader-watch.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';

const WATCH = pathToFileURL(join(import.meta.dirname, '../../src/cli/reader-watch.ts')).href;
const GNU_TAIL = String(spawnSync('tail', ['--version']).stdout).includes('coreutils');

/** What a process says that watches its standard output, whose reader goes at once, for no longer than so. */
function watching(t: TestContext, waitMs: number, path = process.env['PATH']): string {
  const file = join(temporaryFolder(t), 'watch.ts');
  writeFileSync(
    file,
    `import { watchReader } from '${WATCH}';
const end = setTimeout(() => process.stderr.write('nothing told'), ${waitMs});
watchReader(1, () => { process.stderr.write('gone'); clearTimeout(end); });`,
  );
  // A pipe of the shell's: what Node makes for its children is a pair of sockets.
  const script = '"$0" --disable-warning=ExperimentalWarning "$1" | :';
  return spawnSync('/bin/sh', ['-c', script, process.execPath, file], { encoding: 'utf8', env: { PATH: path } }).stderr;
}

test('a reader that goes', { skip: !GNU_TAIL && 'no GNU tail here' }, (t) => {
  assert.equal(watching(t, 60_000), 'gone');
});

test('a file, and a place without such a tail, tell nothing', (t) => {
  const file = openSync(join(temporaryFolder(t), 'out'), 'w');
  const before = process.getActiveResourcesInfo().length;
  watchReader(file, () => assert.fail())();
  assert.equal(process.getActiveResourcesInfo().length, before);
  const other = temporaryFolder(t);
  writeFileSync(join(other, 'tail'), '#!/bin/sh\nexit 141\n', { mode: 0o755 });
  for (const path of ['/nowhere', other]) assert.equal(watching(t, 100, path), 'nothing told');
});
