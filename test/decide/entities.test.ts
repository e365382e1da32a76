// entities.json: checked, and written out so that no schema is needed to read it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeFinding } from '../../src/decide/bundle-finding.ts';
import { openInstance } from '../../src/decide/engine.ts';
import { parseEntities, uidKey } from '../../src/decide/entities.ts';
import type { ParsedEntities } from '../../src/decide/entities.ts';
import { shapeOf } from '../../src/decide/schema-shape.ts';
import { SCHEMA } from './bundle-fixture.ts';

const engine = openInstance();
const schema = engine.parseSchema(SCHEMA);
if (!('value' in schema)) throw new Error('the schema of the tests is broken');
const shape = shapeOf(schema.value);

function parse(text: string): ParsedEntities {
  return parseEntities('entities.json', text, SCHEMA, shape, engine);
}

function findings(text: string): string {
  return parse(text).findings.map(describeFinding).join('\n');
}

describe('entities.json', () => {
  it('is read into typed entities', () => {
    const { entities, findings: none } = parse(
      '[{ "uid": { "type": "Host", "id": "a" }, "attrs": { "writes": true }, "parents": [{ "type": "Domain", "id": "b" }] }]',
    );
    assert.deepEqual(none, []);
    assert.deepEqual(entities.get(uidKey('Host', 'a')), {
      uid: { type: 'Host', id: 'a' },
      attrs: { writes: true },
      parents: [{ type: 'Domain', id: 'b' }],
    });
  });

  it('writes entity references out: a question is asked without the schema that would know them', () => {
    const { entities } = parse(
      '[{ "uid": { "type": "Host", "id": "a" }, "attrs": { "owner": { "type": "User", "id": "u" } }, "parents": [] }]',
    );
    assert.deepEqual(entities.get(uidKey('Host', 'a'))?.attrs['owner'], { __entity: { type: 'User', id: 'u' } });
  });

  it('tells the line of what does not fit', () => {
    const text =
      '[\n  { "uid": { "type": "Host", "id": "a" }, "attrs": {}, "parents": [] },\n  { "uid": { "type": "Host", "id": "b" }, "attrs": { "writes": 1 }, "parents": [] }\n]';
    assert.match(findings(text), /^entities\.json:3:3: error: .*writes.*Host::"b"/);
    assert.match(findings('[\n  {]'), /^entities\.json:2:4: error: this is not JSON/);
  });

  it('refuses unknown types, keys and attributes, twins, cycles and wrong parents', () => {
    assert.match(findings('{}'), /not an array/);
    assert.match(findings('[1]'), /an entity is an object/);
    assert.match(findings('[{ "uid": { "type": "Robot", "id": "a" } }]'), /no entity type `Robot`/);
    assert.match(findings('[{ "uid": { "type": "Host", "id": "a" }, "attr": {} }]'), /unknown key `attr`/);
    assert.match(findings('[{ "uid": { "type": "Host", "id": "a" }, "attrs": { "write": true }, "parents": [] }]'), /write/);
    assert.match(findings('[{ "uid": { "type": "Host", "id": "a" }, "parents": [{ "type": "Team", "id": "t" }] }]'), /Team/);
    assert.match(
      findings('[{ "uid": { "type": "Host", "id": "a" } }, { "uid": { "type": "Host", "id": "a" } }]'),
      /listed twice/,
    );
  });

  it('refuses a user for an agent: only a token says whom it acts for', () => {
    assert.match(
      findings(
        '[{ "uid": { "type": "Agent", "id": "a" }, "attrs": { "user": { "__entity": { "type": "User", "id": "u" } } }, "parents": [] }]',
      ),
      /comes from its token/,
    );
  });

  it('refuses depth and text that would break the engine', () => {
    assert.match(
      findings(`[{ "uid": { "type": "Host", "id": "a" }, "attrs": { "x": ${'['.repeat(200)}${']'.repeat(200)} } }]`),
      /nested too deep/,
    );
    assert.match(findings('[{ "uid": { "type": "Host", "id": "\\ud800" } }]'), /needs "uid"/);
    assert.match(findings('[{ "uid": { "type": "Account", "id": "a" }, "attrs": { "currency": "\\ud800" } }]'), /well-formed/);
  });
});
