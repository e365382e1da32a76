// The log says again and again that nothing is enforced.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warnUnenforced } from '../src/unenforced-warning.ts';
import { waitFor } from './support/wait-for.ts';

test('at once, and again until it is stopped', async () => {
  const said: string[] = [];
  const stop = warnUnenforced({ warn: (line: unknown) => void said.push(String(line)) }, 'monitor', 5);
  assert.match(said[0] ?? '', /NOTHING IS ENFORCED/);
  await waitFor(() => said.length > 2 || undefined);
  stop();
});

test('not at all while verdicts are enforced', () => {
  warnUnenforced({ warn: () => assert.fail('said') }, 'enforce', 1)();
});
