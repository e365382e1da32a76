// The captured fixtures are what the SDKs send: the list in the README is true, and two of them are captured anew.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listed } from '../capture/captured-list.ts';
import { VENDORS } from '../capture/vendors.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);

test('the README of the fixtures lists what is captured, by the SDKs that are installed', () => {
  const readme = readFileSync(new URL('README.md', FIXTURES), 'utf8');
  assert.equal(listed(readme), readme);
});

test('everything that is captured is there, and has its expectation', () => {
  const files = VENDORS.flatMap(({ folder, fixtures }) =>
    fixtures.flatMap((name) => [`requests/${folder}/${name}.http`, `requests/${folder}/${name}.json`]),
  );
  assert.ok(files.length > 100);
  assert.deepEqual(
    files.filter((file) => !existsSync(new URL(file, FIXTURES))),
    [],
  );
});

test('two SDKs still send what is in their files', async () => {
  const capture = fileURLToPath(new URL('../capture/capture.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [capture, '--check', 'stripe', 'square']);
  assert.equal(stdout, '0 differ\n');
});
