// A file counts once it is on disk, and only a plain file is one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileSink } from '../../src/export/file-sink.ts';
import { temporaryFolder } from '../record/temporary-folder.ts';

const { signal } = new AbortController();
const MESSAGE = { text: '{"a":1}', brief: () => '{}', time: '-', type: 'verdict', alarming: false };

test('what is no plain file gets nothing', async () => {
  await assert.rejects(fileSink('/dev/null').open(signal), /is no plain file/);
});

test('nothing is confirmed before the disk has it', async (t) => {
  const file = join(temporaryFolder(t), 'out.jsonl');
  const session = await fileSink(file).open(signal);
  await session.write([MESSAGE, MESSAGE]);
  const handle = await open(file);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { mock } = t.mock.method(prototype, 'datasync', () => Promise.reject(new Error('the disk is gone')));
  await assert.rejects(session.finish(), /the disk is gone/);
  mock.restore();
  await session.finish();
  assert.equal(readFileSync(file, 'utf8'), '{"a":1}\n{"a":1}\n');
});
