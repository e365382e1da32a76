// `interlock exec`: the command's own arguments, environment and exit code.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentView, fakeCli, type FakeCli } from './fake-cli.ts';

function cliWithBot(env: NodeJS.ProcessEnv = {}): FakeCli {
  const it = fakeCli({ env: { PATH: process.env['PATH'], ...env }, cwd: tmpdir() });
  it.operator.agents.push(agentView('bot'));
  return it;
}

test('the command runs with the variables, without an inherited approver token, and its exit code is ours', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'interlock-exec-'));
  const it = cliWithBot({ INTERLOCK_TOKEN: 'approver', NO_PROXY: '*' });
  const script = `printf '%s|%s|%s|%s' "$https_proxy" "$NO_PROXY" "$INTERLOCK_TOKEN" "$*" > "${folder}/said"; exit 5`;
  assert.equal(await it.run('exec', '--agent', 'bot', '--', 'sh', '-c', script, 'sh', '--json', '-x'), 5);
  assert.equal(readFileSync(join(folder, 'said'), 'utf8'), 'http://bot~s1:session-token@127.0.0.1:8080|||--json -x');
  assert.equal(it.out() + it.err(), '');
  rmSync(folder, { recursive: true });
});

test("options behind the command are the command's, with or without --", async () => {
  assert.equal(await cliWithBot().run('exec', 'sh', '-c', 'exit 4'), 4);
  assert.equal(await cliWithBot().run('exec', 'sh', '-c', '[ "$1" = --help ]', 'sh', '--help'), 0);
});

test('no such command is 127 with one clear line', async () => {
  const it = cliWithBot();
  assert.equal(await it.run('exec', '--', 'interlock-no-such-command'), 127);
  assert.equal(it.err(), 'interlock: no such command: interlock-no-such-command\n');
});

test('nothing runs without a gateway, or without a command', async () => {
  const it = cliWithBot();
  it.operator.via = 'local';
  assert.equal(await it.run('exec', '--', 'sh', '-c', 'exit 0'), 1);
  assert.equal(await cliWithBot().run('exec', '--agent', 'bot'), 2);
});
