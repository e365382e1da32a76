// The schema as JSON keeps what its docstrings say, and Cedar reads it back as the same schema.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { documentedSchema } from '../../src/decide/documented-schema.ts';
import { openInstance } from '../../src/decide/engine.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';
import { SCHEMA } from './bundle-fixture.ts';

const engine = openInstance();
const STARTER = readFileSync(new URL('../../policies/schema.cedarschema', import.meta.url), 'utf8');

test('entities, attributes, facts and actions say what they are', () => {
  const { '': space } = Object(documentedSchema(STARTER, engine));
  assert.match(space.entityTypes.Host.annotations.doc, /^A host by name/);
  assert.match(space.entityTypes.Host.shape.attributes.writes.annotations.doc, /^Listed by an operator/);
  assert.match(space.commonTypes.EmailFacts.attributes.bcc.annotations.doc, /nobody else sees/);
  assert.match(space.actions['email.send'].annotations.doc, /^One mail/);
});

test('a schema that is laid out otherwise comes without docs, and a broken one is refused with its place', async () => {
  assert.deepEqual(Object.keys(Object(documentedSchema(SCHEMA, engine))), ['']);
  await throwsWithCode('BUNDLE_INVALID', () => documentedSchema('entity A\nentity', engine));
});
