// The starter bundle is placed where there is none, and never over one that is there.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { firstPeople, placeStarterBundle } from '../../src/cli/first-run.ts';
import { configFile } from '../config/config-file.ts';
import { fakeCli } from './fake-cli.ts';

test('a bundle that is there is left alone', () => {
  using file = configFile('');
  mkdirSync(join(file.folder, 'policies'));
  assert.equal(placeStarterBundle(file.load()), false);
  assert.deepEqual(readdirSync(join(file.folder, 'policies')), []);
});

test('where there is none, the starter bundle is placed', () => {
  using file = configFile('policiesDir: rules/mine');
  assert.equal(placeStarterBundle(file.load()), true);
  assert.ok(readdirSync(join(file.folder, 'rules/mine')).includes('schema.cedarschema'));
});

test('JSON has both tokens once', async () => {
  using file = configFile('');
  const it = fakeCli();
  const first = await firstPeople(it.cli, file.load());
  assert.deepEqual(first.json, {
    agent: { name: 'support-bot', token: 'token-of-support-bot' },
    user: { name: 'approver', token: 'token-of-approver' },
  });
  assert.deepEqual((await firstPeople(it.cli, file.load())).json, {});
});
