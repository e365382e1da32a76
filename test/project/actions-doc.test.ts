// docs/actions.md says what the schema and the fixtures say, and every action and fact in it is explained.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionsDoc, COMMON_FACTS } from '../../scripts/actions-doc.ts';
import { readSchemaDoc } from '../../src/decide/schema-doc.ts';
import { textOf } from './tree.ts';

const schema = readSchemaDoc(textOf('policies/schema.cedarschema'));

test('docs/actions.md is what the schema, the fixtures and the notes give (npm run actions writes it)', () => {
  assert.equal(textOf('docs/actions.md'), actionsDoc(new URL('../..', import.meta.url)));
});

test('every action, entity and fact has a docstring', () => {
  const records = [...schema.entities, ...schema.types];
  const silent = [
    ...schema.actions.filter(({ doc }) => doc === '').map(({ name }) => name),
    ...schema.entities.filter(({ doc }) => doc === '').map(({ name }) => name),
    ...records.flatMap(({ name, fields }) =>
      fields.filter((field) => field.doc === '' && !COMMON_FACTS.has(field.name)).map((field) => `${name}.${field.name}`),
    ),
  ];
  assert.deepEqual(silent, []);
});

test('a declaration in another layout is told, not left out', () => {
  assert.throws(() => readSchemaDoc('entity A { b: String };'), /line 1/);
  assert.throws(() => readSchemaDoc('type A = {\n  b: String\n};'), /line 2/);
  assert.throws(() => readSchemaDoc('type A = {\n  b: String,'), /no end/);
  assert.throws(() => readSchemaDoc('action "a" appliesTo { principal: Agent };'), /line 1/);
});

test('declarations are read with what stands above them', () => {
  const read = readSchemaDoc(
    [
      '/// One.',
      '/// Two.',
      'action "a.b",',
      '  "a.c" in ["a", "write"] appliesTo { principal: Agent, resource: [R, S], context: F };',
      'action "a";',
      'type F = {',
      '  /// In cents.',
      '  amount?: Long,',
      '};',
    ].join('\n'),
  );
  assert.deepEqual(
    read.actions.map(({ name, doc, groups, resources, context }) => [name, doc, groups, resources, context]),
    [
      ['a.b', 'One. Two.', ['a', 'write'], ['R', 'S'], 'F'],
      ['a.c', 'One. Two.', ['a', 'write'], ['R', 'S'], 'F'],
    ],
  );
  assert.deepEqual(read.types, [
    { name: 'F', doc: '', fields: [{ name: 'amount', doc: 'In cents.', type: 'Long', optional: true }] },
  ]);
});
