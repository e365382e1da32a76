// A bundle's files in colours, and in pages: no text is lost, whatever is in it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sourcePage, sourceWords } from '../../console/model/source-words.ts';

const kinds = (name: string, line: string): string[] =>
  sourceWords(name, line)
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => `${kind} ${text}`);

test('each kind of file has its own words', () => {
  assert.deepEqual(kinds('a.cedar', '@id("x") // why'), ['annotation @id', 'string "x"', 'comment // why']);
  assert.deepEqual(kinds('entities.json', '"https://x": 5'), ['string "https://x"', 'number 5']);
  assert.deepEqual(kinds('cases/a.yaml', '- case: it is "so" # why'), ['annotation - case', 'string "so"', 'comment # why']);
  assert.deepEqual(kinds('cases/a.http', 'GET /"x" // #'), []);
});

test('the words of any line are the same text again', () => {
  fc.assert(
    fc.property(fc.constantFrom('a.cedar', 'a.json', 'a.yaml', 'a.http'), fc.string({ maxLength: 200 }), (name, line) =>
      assert.equal(
        sourceWords(name, line)
          .map(({ text }) => text)
          .join(''),
        line,
      ),
    ),
  );
});

test('a long line costs what it is long, not more', () => {
  const before = performance.now();
  for (const line of ['-'.repeat(100_000), '- '.repeat(50_000), '"'.repeat(50_001), "'\\".repeat(50_000), ' #'.repeat(50_000)])
    sourceWords('a.yaml', line);
  assert.ok(performance.now() - before < 10_000);
});

test('a page holds the line that is asked for; what there is not is the first page', () => {
  const text = `${Array.from({ length: 4_500 }, (_, i) => i + 1).join('\n')}\n`;
  const { lines, ...page } = sourcePage(text, 2_001);
  assert.deepEqual([lines[0], lines.length, page], ['2001', 2_000, { first: 2_001, total: 4_500, earlier: 1, later: 4_001 }]);
  assert.deepEqual([sourcePage(text, 4_500).first, sourcePage(text, 4_500).later], [4_001, null]);
  for (const line of [null, 0, 4_501, 9_999_999]) assert.equal(sourcePage(text, line).first, 1);
  assert.deepEqual(sourcePage('a', null), { lines: ['a'], first: 1, total: 1, earlier: null, later: null });
});
