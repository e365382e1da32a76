// What the scripts of docs/verify say of a file of vectors.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export function secondReading(file: string): ReturnType<typeof JSON.parse> {
  const { status, stdout, stderr } = spawnSync('python3', [join(import.meta.dirname, 'check_vectors.py'), file], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
