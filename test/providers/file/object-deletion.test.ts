// S3's multi-delete: all of its keys are told, or none (E24).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deletedKeys } from '../../../src/providers/file/object-deletion.ts';

const keys = (xml: string): readonly string[] | null => deletedKeys({ bytes: Buffer.from(xml), problem: null });
const A = '<Object><Key>a</Key></Object>';

test('every key is told, whatever version of it goes', () => {
  assert.deepEqual(keys(`<Delete>${A}<Object><Key>b/c</Key><VersionId>1</VersionId></Object><Quiet>true</Quiet></Delete>`), [
    'a',
    'b/c',
  ]);
});

test('a list that may hold another key is not read', () => {
  for (const xml of [
    `<Delete>${A}<object><Key>b</Key></object></Delete>`,
    `<Delete>${A}<Objects><Object><Key>b</Key></Object></Objects></Delete>`,
    `<Delete>${A}<Object><Key></Key></Object></Delete>`,
    `<Delete>${A}<Object><VersionId>1</VersionId></Object></Delete>`,
    `<Delete>${A}b</Delete>`,
    `<Remove>${A}</Remove>`,
    '<Delete></Delete>',
    `<Delete>${A.repeat(1001)}</Delete>`,
    `<Delete>${A}`,
  ])
    assert.equal(keys(xml), null, xml.slice(0, 100));
  assert.equal(deletedKeys({ bytes: Buffer.from(`<Delete>${A}</Delete>`), problem: 'larger than 1 byte' }), null);
});
