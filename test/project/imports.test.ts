// The import rules hold, and the script that checks them sees every kind of import.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkImports, forbiddenImports } from '../../scripts/check-imports.ts';
import { findCycle, type Import, importsIn } from '../../scripts/imports.ts';
import { ROOT } from './tree.ts';

test('every rule holds in src', () => {
  assert.deepEqual(checkImports(ROOT), []);
});

test('every kind of import is read', () => {
  const text = [
    `import { a } from './a.ts';`,
    `import type { B } from '../b.ts';`,
    `import {\n  type C,\n  type D,\n} from './c.ts';`,
    `import 'node:fs';`,
    `export * from './e.ts';`,
    `const f = await import('@scope/f/deep');`,
    `const g = require('g');`,
    `import h, { type H } from './h.ts';`,
  ].join('\n');
  const found = importsIn('src/x/y.ts', text).map(({ to, line, typesOnly }) => `${line} ${to}${typesOnly ? ' types' : ''}`);
  const expected = [
    '1 src/x/a.ts',
    '2 src/b.ts types',
    '3 src/x/c.ts types',
    '7 node:fs',
    '8 src/x/e.ts',
    '9 @scope/f',
    '10 g',
    '11 src/x/h.ts',
  ];
  assert.deepEqual(found.toSorted(), expected.toSorted());
});

const one = (from: string, to: string, typesOnly = false): Import => ({ from, to, typesOnly, line: 1, specifier: to });

test('each rule finds what it forbids', () => {
  for (const [from, to] of [
    ['src/serve/a.ts', 'src/gateway.ts'],
    ['src/cli/a.ts', 'src/main.ts'],
    ['src/serve/a.ts', 'src/cli/table.ts'],
    ['src/serve/a.ts', 'test/support/x.ts'],
    ['src/decide/a.ts', 'node:net'],
    ['src/decide/engine.ts', 'node:fs/promises'],
    ['src/providers/repo/a.ts', 'node:child_process'],
    ['src/pipeline.ts', 'src/record/chain.ts'],
    ['src/decide/bundle.ts', '@cedar-policy/cedar-wasm'],
    ['src/record/chain.ts', 'classic-level'],
    ['src/forward/relay.ts', 'undici'],
    ['src/forward/a.ts', '@peculiar/x509'],
    ['src/cli/a.ts', 'fastify'],
    ['src/serve/a.ts', 'zod'],
  ] as const) {
    assert.equal(forbiddenImports([one(from, to)]).length, 1, `${from} → ${to}`);
  }
});

test('and lets through what it allows', () => {
  const allowed = [
    one('src/main.ts', 'src/gateway.ts'),
    one('src/decide/bundle-files.ts', 'node:fs/promises'),
    one('src/pipeline.ts', 'src/record/entry.ts', true),
    one('src/forward/upstream-http1.ts', 'undici'),
  ];
  assert.deepEqual(forbiddenImports(allowed), []);
});

test('a cycle is found, through types too', () => {
  assert.equal(findCycle([one('a', 'b'), one('b', 'c'), one('a', 'c')]), null);
  assert.deepEqual(findCycle([one('a', 'b'), one('b', 'c', true), one('c', 'b', true)]), ['b', 'c', 'b']);
});
