// The name of a list of tools, as each client might find it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesTools, toolsWatcher } from '../../../src/providers/mcp/tools-named.ts';

const LETTERS = Array.from('tools', (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('');
const SPELLINGS: readonly Buffer[] = [
  ...['"tools"', '"Tools"', '"t\\u006Fols"', `"${LETTERS}"`, '"tool\u017f"', '"tool\\u017f"'].map((text) => Buffer.from(text)),
  Buffer.from(`"${LETTERS}"`, 'utf16le'),
  Buffer.from(Array.from(`"${LETTERS}"`, (sign) => `\0\0\0${sign}`).join('')),
];

test('it is found in every spelling, and not where a text only speaks of it', () => {
  for (const bytes of SPELLINGS) assert.equal(namesTools(bytes), true, bytes.toString());
  for (const text of ['tools', '"tool"', '\\"tools\\"', '"my tools"']) assert.equal(namesTools(Buffer.from(text)), false, text);
});

test('it is found wherever the bytes are cut', () => {
  for (const bytes of SPELLINGS)
    for (let at = 1; at < bytes.length; at += 1) {
      const names = toolsWatcher();
      const found = [Buffer.alloc(1_000, 'x'), bytes.subarray(0, at), bytes.subarray(at)].map(names);
      assert.deepEqual([found[0], found.includes(true)], [false, true], `${bytes.toString()} at ${at}`);
    }
  const names = toolsWatcher();
  assert.ok([...(SPELLINGS[0] ?? Buffer.alloc(0))].map((byte) => names(Buffer.of(byte))).includes(true), 'byte by byte');
});
