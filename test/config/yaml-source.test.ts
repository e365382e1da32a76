// YAML that is not one clean document is refused with its place; what is clean knows where everything stands.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from '../../src/config/yaml-source.ts';
import { InterlockError } from '../../src/errors.ts';
import { configFile } from './config-file.ts';

test('values, keys and items have places; what is missing has that of the nearest thing above', () => {
  const source = parseYaml('a:\n  b: [1, 22]\nempty:\n', 'x.yaml');
  assert.deepEqual(source.value, { a: { b: [1, 22] }, empty: null });
  assert.equal(source.where(['a', 'b', 1]), 'x.yaml:2:10');
  assert.equal(source.where(['a'], 'b'), 'x.yaml:2:3');
  assert.equal(source.where(['a', 'none', 'deeper']), 'x.yaml:2:3');
  assert.equal(source.where([]), 'x.yaml:1:1');
});

test('an empty file holds nothing', () => {
  assert.equal(parseYaml('', 'x.yaml').value, null);
  assert.equal(parseYaml('# only a comment\n', 'x.yaml').value, null);
});

const BROKEN: ReadonlyArray<readonly [name: string, text: string, place: string, says: RegExp]> = [
  ['a key twice', 'dataDir: a\ndataDir: b\n', '2:1', /unique/],
  ['a list without its end', 'proxy: [\n', '2:1', /flow sequence.*end with a \]/i],
  ['a second document', 'dataDir: a\n---\ndataDir: b\n', '2:', /one YAML document/],
  ['a tag that nobody knows', 'dataDir: !secret a\n', '1:10', /unresolved tag/i],
];

for (const [name, text, place, says] of BROKEN) {
  test(`refused with its place: ${name}`, () => {
    assert.throws(
      () => parseYaml(text, 'x.yaml'),
      (error) => {
        assert.ok(error instanceof InterlockError && error.code === 'CONFIG_INVALID');
        assert.ok(error.message.startsWith(`x.yaml:${place}`), error.message);
        assert.match(error.message, says);
        return true;
      },
    );
  });
}

test('a file of more than a mebibyte is not parsed', () => {
  assert.throws(() => parseYaml('#'.repeat(1024 * 1024 + 1), 'x.yaml'), /larger than/);
});

test('an alias bomb ends in an error', () => {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`,
  );
  using it = configFile(`a0: &a0 [x]\n${levels.join('\n')}\n`);
  assert.equal(it.fail().code, 'CONFIG_INVALID');
});
