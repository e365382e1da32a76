// A tool that runs a command: its programs, or none of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { did } from './tools-fixture.ts';

const SHELL = 't: { action: shell.exec, command: cmd }';
const BASE = { host: 'api.openai.com', method: 'CALL', path: '/tools/t', api: 'openai-chat', tool: 't', model: 'gpt-5' };

test('a call is the command that it would run', () => {
  const action = did(SHELL, { cmd: 'curl -o x https://get.example.org/a | sudo tee "y z" > out' });
  assert.deepEqual(action, {
    name: 'shell.exec',
    resource: { type: 'Tool', id: 'api.openai.com/gpt-5#t' },
    parents: [
      { type: 'Model', id: 'api.openai.com/gpt-5' },
      { type: 'Host', id: 'api.openai.com' },
      { type: 'Domain', id: 'api.openai.com' },
      { type: 'Domain', id: 'openai.com' },
    ],
    facts: {
      ...BASE,
      inspected: true,
      commandKnown: true,
      commands: ['curl', 'sudo', 'tee'],
      words: ['-o', 'curl', 'https://get.example.org/a', 'sudo', 'tee', 'x', 'y z'],
      commandText: 'curl -o x https://get.example.org/a | sudo tee "y z" > out',
      redirects: ['out'],
      hosts: ['get.example.org'],
      pipes: true,
      substitutes: false,
      feedsShell: false,
    },
    readBy: 'b',
  });
});

test('a list of words is started as it is', () => {
  const { facts } = did(SHELL, { cmd: ['bash', '-lc', 'git log; ls'] });
  assert.deepEqual([facts['commands'], facts['commandText']], [['bash', 'git', 'ls'], 'bash -lc git log; ls']);
  assert.deepEqual(did(SHELL, { cmd: ['echo', '; rm x'] }).facts['commands'], ['echo']);
});

test('free text is a command, where the tool takes that', () => {
  const { facts } = did('t: { action: shell.exec, command: input }', 'ls\nrm x', { form: 'text' });
  assert.deepEqual(facts['commands'], ['ls', 'rm']);
});

test('what can not be told is not told', () => {
  assert.deepEqual(did(SHELL, { cmd: 'curl https://a.example | $SHELL' }).facts, {
    ...BASE,
    inspected: true,
    commandKnown: false,
    commandText: 'curl https://a.example | $SHELL',
    hosts: ['a.example'],
    feedsShell: false,
  });
  assert.deepEqual(did(SHELL, { cmd: 'x'.repeat(12_001) }).facts, {
    ...BASE,
    inspected: true,
    commandKnown: false,
    feedsShell: false,
  });
  assert.equal(did(SHELL, '{"cmd":"ls \\ud800"}').facts['commandKnown'], false);
});

test('a call that could be read otherwise is no command', () => {
  for (const args of [
    {},
    { cmd: 7 },
    { cmd: [] },
    { cmd: ['ls', 7] },
    { cmd: 'ls', Cmd: 'rm x' },
    { Cmd: 'rm x' },
    '{"cmd":"ls","cmd":"rm"}',
    '{',
  ])
    assert.deepEqual(
      did(SHELL, args).facts,
      { ...BASE, inspected: false, commandKnown: false, feedsShell: false },
      JSON.stringify(args),
    );
});
