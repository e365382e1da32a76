// A command costs next to nothing to be read, whatever it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelToolCall } from '../../../src/classify/tool-call.ts';
import { shellAction } from '../../../src/providers/shell/shell-action.ts';

const CALL: ModelToolCall = {
  tool: 'bash',
  api: 'openai-chat',
  scheme: 'https',
  authority: { host: 'api.openai.com', port: 443 },
  model: 'gpt-5',
  arguments: Buffer.alloc(0),
  form: 'json',
  sure: true,
};

test('facts are told together or not at all', () => {
  const names = (command: string | null) => Object.keys(shellAction(CALL, command).facts).slice(7);
  assert.deepEqual(names('ls'), [
    'commandText',
    'hosts',
    'feedsShell',
    'commandKnown',
    'commands',
    'words',
    'redirects',
    'pipes',
    'substitutes',
  ]);
  assert.deepEqual(names('$x'), ['commandText', 'hosts', 'feedsShell', 'commandKnown']);
  assert.deepEqual(names(null), ['commandKnown', 'feedsShell']);
});

const HOSTILE = ['$(', '${x', "'", '"', '\\\n', '((', '<<E\n', 'a;', 'a=b ', "sh -c '", '{', '&>', 'env ', 'for x in '];

test('work is linear in the text', () => {
  for (const piece of HOSTILE) {
    const text = piece.repeat(12_000 / piece.length);
    const tries = Array.from({ length: 10 }, () => {
      const start = process.cpuUsage();
      shellAction(CALL, text);
      return process.cpuUsage(start).user;
    });
    assert.ok(Math.min(...tries) < 60_000, `${JSON.stringify(piece)}: ${tries.join(', ')} µs`);
  }
});
