// Names: one small alphabet, and nothing that could draw on a terminal or be read as an option.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkName, isName } from '../../src/identify/name.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

test('letters, digits, dot, underscore and hyphen make a name of up to 64', () => {
  for (const name of ['a', 'support-bot', 'Ada.Lovelace_2', '9', 'x'.repeat(64)]) assert.equal(checkName('agent', name), name);
});

test('everything else is refused', async () => {
  for (const name of [
    '',
    'x'.repeat(65),
    'a~b',
    'a:b',
    'a b',
    '-yes',
    '.hidden',
    '../x',
    'a/b',
    'a\n',
    'a\u202eb',
    'аgent',
    'a"b',
    'Agent::"x"',
    'a@b',
  ]) {
    assert.equal(isName(name), false, name);
    await throwsWithCode('NAME_INVALID', () => checkName('user', name));
  }
});

test('`anonymous` is nobody: an agent may not be named like callers without a token', async () => {
  await throwsWithCode('NAME_INVALID', () => checkName('agent', 'anonymous'));
  assert.equal(checkName('user', 'anonymous'), 'anonymous');
});

test('the message shows a hostile name without its control and bidi characters', async () => {
  const error = await throwsWithCode('NAME_INVALID', () => checkName('agent', `\u001b[2J\u202e${'x'.repeat(500)}`));
  assert.match(error.message, /^[\x20-\x7e]*$/);
  assert.ok(error.message.length < 300);
});
