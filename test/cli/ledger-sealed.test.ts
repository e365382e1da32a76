// `ledger prove|disclose|erase|show` of an entry that lies in a sealed segment, on the data folder of a gateway that does not run.

import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectOperator } from '../../src/serve/connect-operator.ts';
import { configFile } from '../config/config-file.ts';
import { holding } from '../record/held-bytes.ts';
import { fillSealed } from '../record/sealed-folder.ts';
import { fakeCli } from './fake-cli.ts';

const PLACE = 'actions/0/facts/recipients';

test('it is disclosed with its proof, then erased from every file, and is proven as before', async (t) => {
  const file = configFile('');
  t.after(() => file[Symbol.dispose]());
  const { dataDir } = file.load();
  await fillSealed(dataDir);
  const cwd = dirname(file.file);
  const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
    const it = fakeCli({ cwd });
    it.cli.connect = connectOperator;
    const offline = args[0] === 'verify-proof';
    const code = await it.run('ledger', ...args, ...(offline ? [] : ['--config', file.file]));
    return { code, out: it.out(), err: it.err() };
  };
  const disclosed = await run('disclose', '1', '--field', PLACE, '--reason', 'audit', '--output', 'd.json');
  assert.equal(disclosed.code, 0, disclosed.err);
  assert.match(
    (await run('verify-proof', 'd.json')).out,
    /Disclosed of entry 1: actions\/0\/facts\/recipients is \["x-0@customer.example"\]/,
  );

  const files = (): string[] => holding(dataDir, 'x-0@customer.example');
  // The log's own tables are rewritten a while after the sealing, and before an erasure in any case.
  assert.ok(files().includes(join('segments', '0000000000000000.values')));
  const erased = await run('erase', '1', '--all', '--reason', 'request of 3 May', '--yes');
  assert.match(erased.out, /Erased 4 values of 1 entries/, erased.err);
  assert.deepEqual(files(), []);
  assert.match((await run('show', '1')).out, /commitment:/);
  const gone = await run('disclose', '1', '--field', PLACE, '--reason', 'audit', '--output', 'e.json');
  assert.equal(gone.code, 1);
  assert.match(gone.err, /it hides none, or they were erased/);
  assert.equal((await run('disclose', '3', '--field', PLACE, '--reason', 'audit', '--output', 'n.json')).code, 0);
  assert.match(readFileSync(join(cwd, 'n.json'), 'utf8'), /x-1@customer\.example/);
  assert.equal((await run('prove', '1', '--output', 'p.json')).code, 0);
  assert.equal((await run('verify-proof', 'p.json')).code, 0);
  const verified = await run('verify');
  assert.equal(verified.code, 0, verified.out);
  assert.match(verified.out, /4 hidden values are no longer kept/);
});
