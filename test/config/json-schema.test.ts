// The shipped JSON Schema is the one that checks interlock.yaml.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { jsonSchemaText } from '../../src/config/json-schema.ts';

test('schemas/interlock.schema.json is current (npm run schema writes it)', () => {
  const shipped = readFileSync(new URL('../../schemas/interlock.schema.json', import.meta.url), 'utf8');
  assert.equal(shipped, jsonSchemaText());
});

test('it lets no section take unknown keys', () => {
  const sections = [...jsonSchemaText().matchAll(/"properties"/g)].length;
  assert.equal([...jsonSchemaText().matchAll(/"additionalProperties": false/g)].length, sections);
});
