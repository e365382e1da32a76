// YAML bodies: plain documents are read, what YAML readers differ on is a problem.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeJson } from '../../src/classify/strict-json.ts';
import { readYaml } from '../../src/classify/strict-yaml.ts';

const read = (text: string) => readYaml(Buffer.from(text));

test('a plain manifest', () => {
  const { value } = read(
    'apiVersion: v1\nkind: Pod # a comment\nmetadata:\n  name: "web"\nspec:\n  - image: registry.example.com/a:1\n',
  );
  assert.equal(
    JSON.stringify(value),
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":[{"image":"registry.example.com/a:1"}]}',
  );
});

test('flow style, folded and escaped texts, whole numbers as keys, and numbers as they are written', () => {
  const { value } = read('{a: [1, 1.50, {"b": "\\u0061"}], 8080: >-\n  x\n  y\n, c: }\n');
  assert.equal(value, undefined);
  const { value: sound } = read('a: [1, 1.50, {"b": "\\u0061"}]\n8080: >-\n  x\n  y\nc:\n');
  assert.equal(sound === undefined ? '' : writeJson(sound), '{"8080":"x y","a":[1,1.50,{"b":"a"}],"c":null}');
});

/** Truth values, octal numbers, times and dates are those of YAML 1.1 or of 1.2 alone. */
const DISPUTED =
  'yes No ON off y n 0777 0o17 08 0x1F 0b1 1_000 1:30 190:20:30 1e3 1.5e3 +1 -0 -0.0 .5 5. .inf -.INF .nan 2001-01-01 = <<'.split(
    ' ',
  );

for (const scalar of DISPUTED)
  test(`INVARIANT: ${scalar} is nobody's value and nobody's key, unless it is quoted`, () => {
    for (const text of [`a: ${scalar}\n`, `a: [${scalar}]\n`, `- ${scalar}\n`, `${scalar}: a\n`])
      assert.notEqual(read(text).problem, null, text);
    assert.deepEqual(read(`- '${scalar}'\n`).value, [scalar]);
    assert.deepEqual(read(`["${scalar}"]\n`).value, [scalar]);
  });

test('what is plain may be long, what needs the whole parser may not', () => {
  const lines = Array.from({ length: 1000 }, (_, n) => `key-${n}: value\n`).join('');
  assert.equal(read(lines).problem, null);
  assert.notEqual(read(`${lines}a: [1]\n`).problem, null);
  assert.equal(read('a: [1]\n').problem, null);
});

test('INVARIANT: 1 and "1" are one key', () => assert.notEqual(read('1: a\n"1": b\n').problem, null));

for (const [name, text] of Object.entries({
  'an anchor': 'a: &x 1\nb: *x\n',
  'an anchor that nobody uses': 'a: &x b\n',
  'an alias in a list': '- &x 1\n- *x\n',
  'a merge key': 'b:\n  <<: {a: 1}\n',
  'a tag': 'a: !!binary aGk=\n',
  'two documents': 'a: 1\n---\na: 2\n',
  'a repeated key': 'a: 1\na: 2\n',
  'a directive': '%YAML 1.1\n---\na: yes\n',
  'a directive before what all versions read alike': '%YAML 1.1\n---\na: b\n',
  'a key with a mark': '? a\n: 1\n',
  'a key that is a list': '? [a]\n: 1\n',
  'a broken document': 'a: [1\n',
  'a lone CR': 'a: b\rc: d\n',
  'a line break of YAML 1.1': 'a: b\u2028c: d\n',
  'a null byte': 'a: b\u0000\n',
  'a deep nest': `${'- '.repeat(70)}a\n`,
  'too large a document': Array.from({ length: 10_000 }, (_, n) => `k${n}: 1\n`).join(''),
  'a second root': '  a: 1\nb: 2\n',
  'an entry as a value': 'a: - web\n',
  'a list behind a quote': 'a: "b", c\n',
  'a value that begins with %': 'a: %b\n',
  'a value that begins with @': 'a: @b\n',
  'a value that begins with a backtick': 'a: `b\n',
  'a comment at a quote': 'a: "b"#c\n',
  'a key of more than 1024 characters': `${'x'.repeat(1025)}: a\n`,
  'what ends a document as a key': 'a: 1\n---: 2\n',
}))
  test(`${name} is a problem`, () => assert.notEqual(read(text).problem, null));

test('what is not UTF-8 is a problem', () => assert.notEqual(readYaml(Buffer.from([0xff, 0xfe])).problem, null));
