// docs/evasions.md keeps its word: forty groups, each with a home in the code and a test that is there.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, textOf } from './tree.ts';

const rows = [...textOf('docs/evasions.md').matchAll(/^\| E(\d+) \| [^|]+ \| `(src\/[^`]+)` \| `(test\/[^`]+)`: "(.+)" \|$/gm)];

test('every group has a row, in order', () => {
  assert.deepEqual(
    rows.map(([, group]) => Number(group)),
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
});

test('each names a file and a test that are there', () => {
  const missing = rows.flatMap(([, group = '', home = '', file = '', title = '']) => {
    if (!existsSync(join(ROOT, home))) return [`E${group}: ${home}`];
    const source = existsSync(join(ROOT, file)) ? textOf(file).replaceAll(`\\'`, `'`) : '';
    return source.includes(title) ? [] : [`E${group}: ${file} has no "${title}"`];
  });
  assert.deepEqual(missing, []);
});

test('each home says which group it answers', () => {
  const silent = rows.filter(([, group = '', home = '']) => !new RegExp(`\\bE${group}\\b`).test(textOf(home)));
  assert.deepEqual(
    silent.map(([, group, home]) => `E${group}: ${home}`),
    [],
  );
});
