// `interlock policy schema`: the text as it is, JSON with what it says, and no file overwritten.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fakeCli } from './fake-cli.ts';

const STARTER = fileURLToPath(new URL('../../policies', import.meta.url));

test('the text of a bundle, and of this installation', async () => {
  const text = readFileSync(join(STARTER, 'schema.cedarschema'), 'utf8');
  for (const named of [[STARTER], ['--shipped']]) {
    const it = fakeCli();
    assert.equal(await it.run('policy', 'schema', ...named), 0, it.err());
    assert.equal(it.out(), text);
  }
});

test('JSON goes into a file of its own, which is not overwritten', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'interlock-schema-'));
  try {
    const args = ['policy', 'schema', '--shipped', '--format', 'json', '--out', 'cedarschema.json'];
    assert.equal(await fakeCli({ cwd }).run(...args), 0);
    const written = JSON.parse(readFileSync(join(cwd, 'cedarschema.json'), 'utf8'));
    assert.ok('email.send' in written[''].actions);
    const again = fakeCli({ cwd });
    assert.equal(await again.run(...args), 2);
    assert.match(again.err(), /is there already/);
    const none = fakeCli({ cwd });
    assert.equal(await none.run('policy', 'schema', '.'), 1);
    assert.match(none.err(), /there is no schema\.cedarschema/);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
