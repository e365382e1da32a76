// Agents' text: nothing of it stays invisible or turns what is around it (threat D4).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainText } from '../../src/record/plain-text.ts';
import { plainLine, runsOf, runsOfEscaped } from '../../console/model/plain-text.ts';

test('bidi, zero-width, control characters and lone surrogates are shown as escapes', () => {
  for (const [text, shown] of [
    ['\u202e', 'U+202E'],
    ['\u200b', 'U+200B'],
    ['\u0000', 'U+0000'],
    ['\u001b', 'U+001B'],
    ['\ud800', 'U+D800'],
    ['\u{e0041}', 'U+E0041'],
  ] as const)
    assert.deepEqual(runsOf(`a${text}b`), [
      { text: 'a', escaped: false },
      { text: shown, escaped: true },
      { text: 'b', escaped: false },
    ]);
});

test('letters of the world stay', () => {
  assert.deepEqual(runsOf('Grüße, 你好, سلام'), [{ text: 'Grüße, 你好, سلام', escaped: false }]);
  assert.deepEqual(runsOf(''), []);
});

test('line ends stay in bodies, and nowhere else', () => {
  assert.deepEqual(runsOf('ä\n\tb', true), [{ text: 'ä\n\tb', escaped: false }]);
  assert.ok(runsOf('ä\nb').some((run) => run.escaped));
  assert.ok(runsOf('a\r\nb', true).some((run) => run.escaped && run.text === 'U+000D'));
});

test('no plain run has a character that can not be seen', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      for (const run of runsOf(text)) if (!run.escaped) assert.doesNotMatch(run.text, /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    }),
  );
});

test('one line for titles, cut', () => {
  assert.equal(plainLine('a\u202eb'), 'a⟨U+202E⟩b');
  assert.equal(plainLine('x'.repeat(300), 10), 'xxxxxxxxx…');
});

test('what the gateway escaped is read back: the same characters, and still none that can not be seen', () => {
  assert.deepEqual(runsOfEscaped('a\\\\n\\u{202e}b\\\\u{41}'), [
    { text: 'a\\n', escaped: false },
    { text: 'U+202E', escaped: true },
    { text: 'b\\u{41}', escaped: false },
  ]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      const join = (runs: ReturnType<typeof runsOf>): string =>
        runs.map((run) => (run.escaped ? `<${run.text}>` : run.text)).join('');
      assert.equal(join(runsOfEscaped(plainText(text, 1_000))), join(runsOf(text)));
    }),
  );
});
