// Options that all commands share, wherever they stand on the line.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, withOperator } from '../../src/cli/common-options.ts';
import { configFile } from '../config/config-file.ts';
import { fakeCli } from './fake-cli.ts';

test('lists add up over commas and repeats', () => {
  assert.deepEqual(listed('a, b,', undefined), ['a', 'b']);
  assert.deepEqual(listed('c', ['a']), ['a', 'c']);
});

test('--config and --json may stand before the command or after it', async () => {
  using it = configFile('certsDir: elsewhere');
  for (const args of [
    ['--config', it.file, 'agents', 'add', 'a'],
    ['agents', 'add', 'a', '--config', it.file],
  ]) {
    const cli = fakeCli();
    assert.equal(await cli.run(...args), 0);
    assert.match(cli.out(), /elsewhere\/ca\.pem/);
  }
  const before = fakeCli();
  await before.run('--json', 'agents', 'list');
  assert.deepEqual(before.json(), []);
});

test('the operator is let go when the work fails', async () => {
  const it = fakeCli();
  await assert.rejects(
    withOperator(it.cli, {}, () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(it.operator.closed, 1);
});
