// `interlock policy check`: the shipped bundles load, a broken one is told with its places.

import assert from 'node:assert/strict';
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configFile } from '../config/config-file.ts';
import { fakeCli } from './fake-cli.ts';

const STARTER = fileURLToPath(new URL('../../policies', import.meta.url));

test('the starter bundle and its lenient variant load', async () => {
  for (const folder of [STARTER, join(STARTER, 'observe')]) {
    const it = fakeCli();
    assert.equal(await it.run('policy', 'check', folder, '--json'), 0, it.out());
    const report = Object(it.json());
    assert.equal(report.ok, true);
    assert.ok(Array.isArray(report.policies) && report.policies.length > 0);
    assert.match(String(report.digest), /^[0-9a-f]{64}$/);
  }
});

test('without a folder it is the one of the configuration', async () => {
  using file = configFile(`policiesDir: ${STARTER}`);
  const it = fakeCli();
  assert.equal(await it.run('policy', 'check', '--config', file.file), 0, it.err());
  assert.match(it.out(), /policies load, digest/);
});

test('a broken bundle is told with file, line and column, and ends with 1', async () => {
  using file = configFile('');
  const folder = join(file.folder, 'policies');
  cpSync(STARTER, folder, { recursive: true });
  appendFileSync(join(folder, 'broken.cedar'), 'permit (principal,\n  action == Action::"no.such",\n  resource);\n');
  const it = fakeCli();
  assert.equal(await it.run('policy', 'check', '--config', file.file), 1);
  assert.match(it.out(), /^broken\.cedar:\d+:\d+: error: /m);
  assert.match(it.out(), /would not load/);
  const missing = fakeCli();
  assert.equal(await missing.run('policy', 'check', join(file.folder, 'none')), 1);
});

test('a policy that can never decide is a warning, which only --strict refuses; formats are chosen', async () => {
  using file = configFile('');
  const folder = join(file.folder, 'policies');
  cpSync(STARTER, folder, { recursive: true });
  const dead =
    '@id("dead")\n@reason("r")\npermit (principal, action == Action::"dns.unknown-write", resource)\nwhen { context.inspected };\n';
  appendFileSync(join(folder, 'dead.cedar'), dead);
  const it = fakeCli({ cwd: file.folder });
  assert.equal(await it.run('policy', 'check', 'policies', '--format', 'github'), 0, it.out());
  assert.match(
    it.out(),
    /^::warning file=policies\/dead\.cedar,line=1,col=1,title=Interlock policy%3A dead-policy::dead never decides/m,
  );
  const strict = fakeCli({ cwd: file.folder });
  assert.equal(await strict.run('policy', 'check', 'policies', '--strict', '--format', 'sarif'), 1);
  assert.ok(Object(strict.json()).runs[0].results.some(({ ruleId }: { ruleId: string }) => ruleId === 'dead-policy'));
  const wrong = fakeCli();
  assert.equal(await wrong.run('policy', 'check', folder, '--format', 'xml'), 2);
});
