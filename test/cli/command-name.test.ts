// Examples that can be pasted where they are read.

import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandName } from '../../src/cli/command-name.ts';
import { ROOT } from '../project/tree.ts';

test('in a checkout it is the path of bin/interlock', () => {
  assert.equal(commandName(ROOT), 'bin/interlock');
  assert.equal(commandName(tmpdir()), join(ROOT, 'bin/interlock'));
});
