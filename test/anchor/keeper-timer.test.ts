// Rounds that come by themselves: none where there is no place to send to, and one that fails reaches the log.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { openAnchors } from '../../src/anchor/open-anchors.ts';
import { waitFor } from '../support/wait-for.ts';

test('a round that fails is an error in the log; without a place there is no round', async () => {
  for (const files of [[join(import.meta.dirname, 'none/a')], []]) {
    const lines: Array<{ level: number; cause: string }> = [];
    let appended = 0;
    const ledger = { size: 1, append: () => Promise.reject(new Error(`full ${(appended += 1)}`)) } as never;
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const keeper = openAnchors({ everySeconds: 0.002, files, witnesses: [] }, { ledger, call: fetch }, log);
    if (files.length > 0) await waitFor(() => lines.length > 0 || undefined);
    else await new Promise((resolve) => setTimeout(resolve, 30));
    await keeper.close();
    assert.deepEqual([appended > 0, lines[0]?.level], files.length > 0 ? [true, 50] : [false, undefined]);
  }
});
