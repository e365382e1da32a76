// Examples that can be pasted where they are read.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandName } from '../../src/cli/command-name.ts';
import { ROOT } from '../project/tree.ts';

test('in a checkout it is the path of bin/interlock', () => {
  assert.equal(commandName({ cwd: ROOT, env: {} }, null), 'bin/interlock');
  assert.equal(commandName({ cwd: join(ROOT, '../elsewhere'), env: {} }, null), join(ROOT, 'bin/interlock'));
});

test('a configuration that the reader would not find is named', () => {
  const named = (file: string, env: NodeJS.ProcessEnv = {}): string => commandName({ cwd: ROOT, env }, file);
  assert.equal(named(join(ROOT, 'interlock.yaml')), 'bin/interlock');
  assert.equal(named(join(ROOT, 'other.yaml')), 'bin/interlock --config other.yaml');
  assert.equal(named('/etc/my gateway.yaml'), "bin/interlock --config '/etc/my gateway.yaml'");
  assert.equal(named('/etc/gateway.yaml', { INTERLOCK_CONFIG: '/etc/gateway.yaml' }), 'bin/interlock');
  assert.equal(
    named(join(ROOT, 'interlock.yaml'), { INTERLOCK_CONFIG: '/etc/gateway.yaml' }),
    'bin/interlock --config interlock.yaml',
  );
});
