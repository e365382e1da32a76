// A command run by `exec` ends as if it had been started by hand.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ChildOptions, runChild } from '../../src/cli/run-child.ts';

function options(signals = new EventEmitter(), terminal = false): ChildOptions {
  return { env: { PATH: process.env['PATH'], TZ: 'here' }, cwd: tmpdir(), signals, terminal };
}

test('the exit code is passed on', async () => {
  assert.deepEqual(await runChild('sh', ['-c', 'exit 7'], options()), { exitCode: 7, problem: null });
});

test('arguments and environment arrive as they are', async () => {
  assert.equal((await runChild('sh', ['-c', '[ "$TZ" = here ] && [ "$1" = "a b" ]', 'sh', 'a b'], options())).exitCode, 0);
});

test('a command that a signal ended has 128 and its number', async () => {
  assert.equal((await runChild('sh', ['-c', 'kill -TERM $$'], options())).exitCode, 143);
});

for (const [terminal, signal, reaches] of [
  [false, 'SIGTERM', true],
  [false, 'SIGINT', true],
  [true, 'SIGTERM', true],
  [true, 'SIGINT', false],
] as const) {
  test(`${signal} ${reaches ? 'reaches the command' : 'is left to the terminal'} ${terminal ? 'with' : 'without'} a terminal`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'interlock-child-'));
    const signals = new EventEmitter();
    // Long enough for a signal that is on its way, and short where none is to come.
    const turns = reaches ? 1_200 : 30;
    const script = `trap 'exit 9' INT TERM; : > "${folder}/ready"; i=0; while [ $i -lt ${turns} ]; do sleep 0.05; i=$((i+1)); done; exit 3`;
    const ended = runChild('sh', ['-c', script], options(signals, terminal));
    while (!existsSync(join(folder, 'ready'))) await new Promise((resolve) => setTimeout(resolve, 20));
    signals.emit(signal);
    assert.equal((await ended).exitCode, reaches ? 9 : 3);
    assert.equal(signals.listenerCount(signal), 0, 'no listener is left behind');
    rmSync(folder, { recursive: true });
  });
}

test('a command that is not there is 127, one that cannot run 126', async () => {
  assert.deepEqual(await runChild('interlock-no-such-command', [], options()), {
    exitCode: 127,
    problem: 'no such command: interlock-no-such-command',
  });
  const folder = mkdtempSync(join(tmpdir(), 'interlock-child-'));
  writeFileSync(join(folder, 'data'), 'x', { mode: 0o644 });
  assert.equal((await runChild(join(folder, 'data'), [], options())).exitCode, 126);
  rmSync(folder, { recursive: true });
});
