// Done again until it is recorded, and nobody waits for that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { untilWritten } from '../../src/record/until-written.ts';
import { waitFor } from '../support/wait-for.ts';

const open = new AbortController().signal;

test('what can not be recorded is done again beside, until it is', async () => {
  let tries = 0;
  await untilWritten(
    () => {
      tries += 1;
      return tries < 4 ? Promise.reject(new InterlockError('RECORD_FAILED', 'the disk is full')) : Promise.resolve();
    },
    open,
    1,
  );
  assert.equal(tries, 1, 'nobody waits for the next try');
  await waitFor(() => (tries === 4 ? true : undefined));
});

test('another error ends it, and so does closing', async () => {
  let tries = 0;
  const fails = (code: 'INTERNAL' | 'RECORD_FAILED') => (): Promise<void> => {
    tries += 1;
    return Promise.reject(new InterlockError(code, 'no'));
  };
  await untilWritten(fails('INTERNAL'), open, 1);
  const closing = new AbortController();
  await untilWritten(fails('RECORD_FAILED'), closing.signal, 1);
  closing.abort();
  const before = tries;
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(tries <= before + 1);
});
