// What a recipe adds stands at the end; what was there stays byte for byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeBudgets, mergeConstraints, mergeEntities } from '../../../src/decide/recipes/merge-files.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const GROUP = { uid: { type: 'Group', id: 'g' }, attrs: {}, parents: [] };
const BUCKET = { uid: { type: 'Bucket', id: 's3/a' }, attrs: { writes: true }, parents: [] };

test('entities are added behind those that are there', async () => {
  const there = '[\n  { "uid": { "type": "Group", "id": "g" } }\n]\n';
  assert.equal(mergeEntities(there, [GROUP]), there);
  assert.equal(
    mergeEntities(there, [GROUP, BUCKET]),
    '[\n  { "uid": { "type": "Group", "id": "g" } },\n  { "uid": { "type": "Bucket", "id": "s3/a" }, "attrs": { "writes": true }, "parents": [] }\n]\n',
  );
  assert.equal(mergeEntities('[]', [GROUP]), '[\n  { "uid": { "type": "Group", "id": "g" }, "attrs": {}, "parents": [] }\n]\n');
  await throwsWithCode('BUNDLE_INVALID', () => mergeEntities('[{ "uid": { "type": "Bucket", "id": "s3/a" } }]', [BUCKET]));
  await throwsWithCode('BUNDLE_INVALID', () => mergeEntities('{}', [BUCKET]));
});

test('constraints are added unless they are there, and never changed', async () => {
  const there = '# kept\na: { type: set, field: x, value: 1 }\n';
  assert.equal(mergeConstraints(there, { a: { type: 'set', field: 'x', value: 1 } }), there);
  assert.equal(
    mergeConstraints(there, { b: { type: 'pull-request', prefix: 'p/' } }),
    `${there}\nb:\n  type: pull-request\n  prefix: p/\n`,
  );
  await throwsWithCode('BUNDLE_INVALID', () => mergeConstraints(there, { a: { type: 'set', field: 'x', value: 2 } }));
});

test('budgets are added in the same way, and to a bundle that had none', async () => {
  const budget = { of: 'http.write', measure: 'count', per: 'agent', window: 'sliding 1h' };
  const written = 'writes:\n  of: http.write\n  measure: count\n  per: agent\n  window: sliding 1h\n';
  assert.equal(mergeBudgets(undefined, {}), undefined);
  assert.equal(mergeBudgets(undefined, { writes: budget }), written);
  assert.equal(mergeBudgets(written, { writes: budget }), written);
  const there = '# kept\nreads: { of: http.read, measure: count, per: agent, window: sliding 1h } # too\n';
  assert.equal(mergeBudgets(there, { writes: budget }), `${there}\n${written}`);
  await throwsWithCode('BUNDLE_INVALID', () => mergeBudgets(written, { writes: { ...budget, per: 'team' } }));
});
