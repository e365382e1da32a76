// Every failure is one clear line, a hint, and the exit code that belongs to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportFailure } from '../../src/cli/failure.ts';
import { type ErrorCode, InterlockError } from '../../src/errors.ts';
import { fakeCli } from './fake-cli.ts';

const CODES: ReadonlyArray<readonly [ErrorCode, number]> = [
  ['USAGE', 2],
  ['CONFIG_INVALID', 2],
  ['LISTENER_INSECURE', 2],
  ['NAME_INVALID', 2],
  ['NAME_TAKEN', 1],
  ['NOT_RUNNING', 1],
  ['KEY_EXPOSED', 1],
  ['BUNDLE_INVALID', 1],
  ['INTERNAL', 1],
];

test('the exit code tells a wrong call from a refusal', () => {
  for (const [code, exit] of CODES)
    assert.equal(reportFailure(fakeCli().cli.terminal, new InterlockError(code, 'x'), false), exit, code);
});

test('people get a line and a hint, programs an object besides', () => {
  const it = fakeCli();
  reportFailure(it.cli.terminal, new InterlockError('NAME_TAKEN', 'taken', { hint: 'choose another' }), true);
  assert.equal(it.err(), 'interlock: taken\n  choose another\n');
  assert.deepEqual(it.json(), { error: { code: 'NAME_TAKEN', message: 'taken', hint: 'choose another' } });
});

test('a taken port names the port and the remedy', () => {
  const it = fakeCli();
  const error = Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:8080'), {
    code: 'EADDRINUSE',
    address: '127.0.0.1',
    port: 8080,
  });
  assert.equal(reportFailure(it.cli.terminal, error, false), 1);
  assert.match(it.err(), /cannot listen on 127\.0\.0\.1 port 8080: it is taken\n {2}Stop what listens there/);
});

test('a folder that is not ours names the user to run as', () => {
  const it = fakeCli();
  const error = Object.assign(new Error("EACCES: permission denied, open 'data/LOCK'"), { code: 'EACCES' });
  reportFailure(it.cli.terminal, error, false);
  assert.match(it.err(), /permission denied[^]*Run as the user that owns/);
});
