// Multipart bodies: cut only where every reader cuts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitMultipart } from '../../src/classify/mime-multipart.ts';
import { MimeProblem } from '../../src/classify/mime-problem.ts';

function split(text: string, boundary: string | undefined = 'B', lineEnd: '\r\n' | '\n' = '\r\n'): string[] {
  const pieces = splitMultipart({ text, start: 0, end: text.length, lineEnd }, boundary);
  return pieces.map(({ start, end }) => text.slice(start, end));
}

test('parts lie between delimiter lines; preamble and epilogue do not count', () => {
  assert.deepEqual(split('pre\r\n--B\r\na\r\n--B \t\r\n\r\nb\r\n\r\n--B--\r\nepilogue'), ['a', '\r\nb\r\n']);
  assert.deepEqual(split('--B\r\n--B--'), ['']);
  assert.deepEqual(split('--B\na\n--B--\n', 'B', '\n'), ['a']);
});

test('any parts that hold no delimiter come back', () => {
  const part = fc
    .string({ unit: fc.constantFrom('a', '-', 'B', ' ', '\r\n'), maxLength: 30 })
    .filter((text) => !text.includes('--B'));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      assert.deepEqual(split(`${parts.map((text) => `--B\r\n${text}\r\n`).join('')}--B--\r\n`), parts);
    }),
  );
});

test('what some readers take for a delimiter is a problem', () => {
  const bodies = {
    'a bare LF before': '--B\r\na\n--B\r\nb\r\n--B--',
    'a bare CR before': '--B\r\na\r--B\r\nb\r\n--B--',
    'a bare LF after': '--B\r\na\r\n--B\nb\r\n--B--',
    'a longer line': '--B\r\na\r\n--Bx\r\nb\r\n--B--',
    'no last one': '--B\r\na\r\n--B\r\nb',
    'another after the last': '--B\r\na\r\n--B--\r\n--B\r\nb\r\n--B--',
    'no part': 'hello',
    'only the last one': '--B--',
  };
  for (const [name, text] of Object.entries(bodies)) assert.throws(() => split(text), MimeProblem, name);
  for (const boundary of [undefined, '', 'a ', 'x'.repeat(71), 'a"b', 'é'])
    assert.throws(() => splitMultipart({ text: '', start: 0, end: 0, lineEnd: '\n' }, boundary), MimeProblem);
  assert.throws(() => split(`${'--B\r\n'.repeat(1200)}--B--`), MimeProblem);
  assert.throws(() => split('--B\r\na\r\n--B--', 'B', '\n'), MimeProblem);
});
