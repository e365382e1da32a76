// SECURITY.md keeps its word: its invariants are numbered without gaps, and every test it names is there.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, textOf } from './tree.ts';

const invariants = textOf('SECURITY.md')
  .slice(textOf('SECURITY.md').indexOf('## Invariants'))
  .split(/^(?=\d+\. )/m)
  .slice(1);

test('invariants are numbered from 1 on', () => {
  assert.deepEqual(
    invariants.map((text) => Number.parseInt(text, 10)),
    invariants.map((_, i) => i + 1),
  );
  assert.ok(invariants.length > 20);
});

test('each names a test, and each test named is there', () => {
  for (const text of invariants) {
    const named = [...text.matchAll(/`(test\/[^`]+)`: ("[^]*?"(?:,\s*"[^]*?")*)(?=,?\s*(?:`test|\n|$))/g)];
    assert.ok(named.length > 0, `no test is named: ${text}`);
    for (const [, file = '', titles = ''] of named) {
      assert.ok(existsSync(join(ROOT, file)), `${file} is not there`);
      const source = textOf(file).replaceAll(`\\'`, `'`);
      for (const [, title = ''] of titles.matchAll(/"((?:[^"]|"(?=__entity|: ))*)"/g))
        assert.ok(source.includes(title), `${file} has no test "${title}"`);
    }
  }
});
