// YAML bodies: plain documents are read, what YAML readers differ on is a problem.

import assert from 'node:assert/strict';
import { test } from 'node:test';
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

for (const [name, text] of Object.entries({
  'an anchor': 'a: &x 1\nb: *x\n',
  'an alias in a list': '- &x 1\n- *x\n',
  'a merge key': 'b:\n  <<: {a: 1}\n',
  'a tag': 'a: !!binary aGk=\n',
  'two documents': 'a: 1\n---\na: 2\n',
  'a repeated key': 'a: 1\na: 2\n',
  'a directive': '%YAML 1.1\n---\na: yes\n',
  'a key that is a list': '? [a]\n: 1\n',
  'a broken document': 'a: [1\n',
  'too large a document': 'a: 1\n'.repeat(10_000),
}))
  test(`${name} is a problem`, () => assert.notEqual(read(text).problem, null));

test('what is not UTF-8 is a problem', () => assert.notEqual(readYaml(Buffer.from([0xff, 0xfe])).problem, null));
