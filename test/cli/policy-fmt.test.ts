// `interlock policy fmt`: writes only what changes, and nothing at all with --check.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fakeCli } from './fake-cli.ts';

const STARTER = fileURLToPath(new URL('../../policies', import.meta.url));

test('the shipped bundles are laid out so', async () => {
  for (const folder of [STARTER, join(STARTER, 'observe')]) {
    const it = fakeCli();
    assert.equal(await it.run('policy', 'fmt', folder, '--check'), 0, it.out());
  }
});

test('what is laid out otherwise is told by --check, and written without it; the rest is not touched', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'interlock-fmt-'));
  try {
    const good = 'permit (principal, action, resource);\n';
    writeFileSync(join(cwd, 'good.cedar'), good);
    writeFileSync(join(cwd, 'other.cedar'), 'permit(principal,action,resource);', { mode: 0o640 });
    writeFileSync(join(cwd, 'broken.cedar'), 'permit(principal,action');
    const before = statSync(join(cwd, 'good.cedar')).mtimeMs;
    const checked = fakeCli({ cwd });
    assert.equal(await checked.run('policy', 'fmt', '.', '--check'), 1);
    assert.match(checked.out(), /^broken\.cedar:1:1: error: a policy starts here and has no end/m);
    assert.match(checked.out(), /^other\.cedar: would be laid out otherwise$/m);
    assert.equal(readFileSync(join(cwd, 'other.cedar'), 'utf8'), 'permit(principal,action,resource);');
    const written = fakeCli({ cwd });
    assert.equal(await written.run('policy', 'fmt', '.', '--json'), 1);
    const { changed, files } = Object(written.json());
    assert.deepEqual([changed, files], [['other.cedar'], 3]);
    assert.equal(readFileSync(join(cwd, 'other.cedar'), 'utf8'), good);
    assert.equal(statSync(join(cwd, 'other.cedar')).mode & 0o777, 0o640);
    assert.equal(statSync(join(cwd, 'good.cedar')).mtimeMs, before);
    assert.equal(await fakeCli({ cwd }).run('policy', 'fmt', './none'), 1);
    assert.equal(await fakeCli({ cwd }).run('policy', 'fmt', '.', '--width', '7'), 2);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
