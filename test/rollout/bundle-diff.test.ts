// Two bundles compared: policies by id wherever they stand, the other files, the cases, and what changes nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundleDiff, decidesAlike } from '../../src/rollout/bundle-diff.ts';
import { NO_READ, READ, wholeBundle, workplace, WRITE } from './whole-bundle.ts';

test('policies are told by their ids, with what changed in them', async () => {
  using place = workplace();
  const from = await wholeBundle(place.bundle('a', { 'main.cedar': READ + WRITE }));
  const to = await wholeBundle(place.bundle('b', { 'main.cedar': NO_READ, 'new.cedar': WRITE.replaceAll('write', 'send') }));
  const diff = await bundleDiff(from, to);
  assert.deepEqual([diff.from, diff.to], [from.files.digest, to.files.digest]);
  assert.deepEqual(
    diff.policies.map(({ id, change, file }) => [id, change, file]),
    [
      ['read', 'changed', 'main.cedar'],
      ['send', 'added', 'new.cedar'],
      ['write', 'removed', 'main.cedar'],
    ],
  );
  assert.match(diff.policies[0]?.diff ?? '', /\n-permit\(.*\n\+forbid\(/);
  assert.equal(decidesAlike(diff), false);
});

test('a policy that moved, and a comment, change nothing that is decided', async () => {
  using place = workplace();
  const from = await wholeBundle(place.bundle('a', { 'main.cedar': READ + WRITE }));
  const to = await wholeBundle(place.bundle('b', { 'main.cedar': `// so it is\n${READ}`, 'other.cedar': WRITE }));
  const diff = await bundleDiff(from, to);
  assert.notEqual(diff.from, diff.to);
  assert.deepEqual([diff.policies, diff.files, diff.rearranged], [[], [], ['main.cedar', 'other.cedar']]);
  assert.equal(decidesAlike(diff), true);
});

test('schema, entities, constraints, budgets, tools and cases are told by file', async () => {
  using place = workplace();
  const from = await wholeBundle(place.bundle('a', { 'cases/a.yaml': 'one\n', 'cases/raw/x.http': 'GET' }));
  const to = await wholeBundle(
    place.bundle('b', {
      'entities.json': '[ ]',
      'budgets.yaml': '',
      'tools.yaml': '',
      'cases/a.yaml': 'two\n',
      'cases/b.yaml': 'b\n',
    }),
  );
  const { files, cases } = await bundleDiff(from, to);
  assert.deepEqual(
    files.map(({ name, change }) => [name, change]),
    [
      ['entities.json', 'changed'],
      ['budgets.yaml', 'added'],
      ['tools.yaml', 'added'],
    ],
  );
  assert.deepEqual(
    cases.map(({ name, change }) => [name, change]),
    [
      ['cases/a.yaml', 'changed'],
      ['cases/b.yaml', 'added'],
      ['cases/raw/x.http', 'removed'],
    ],
  );
});

test('bundles that would not load are compared too: doubled ids and missing ones by their place', async () => {
  using place = workplace();
  const from = await wholeBundle(place.bundle('a', { 'main.cedar': READ }));
  const to = await wholeBundle(place.bundle('b', { 'main.cedar': `${READ}${NO_READ}permit(principal, action, resource);` }));
  assert.deepEqual(
    (await bundleDiff(from, to)).policies.map(({ id, change }) => [id, change]),
    [
      ['policy (main.cedar:5)', 'added'],
      ['read (main.cedar:3)', 'added'],
    ],
  );
});

test('requests have their turn while two large bundles are compared', async () => {
  using place = workplace();
  const many = (name: string): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: 20 }, (_, file) => [
        `f${file}.cedar`,
        Array.from(
          { length: 200 },
          (__, i) => `@id("p${file}-${i}") @reason("${name}")\nforbid (principal, action, resource);\n`,
        ).join(''),
      ]),
    );
  const [from, to] = [await wholeBundle(place.bundle('a', many('a'))), await wholeBundle(place.bundle('b', many('b')))];
  // Turns are counted as they come, not by a timer: how many fit a millisecond is the machine's business.
  let turns = 0;
  let counting = setImmediate(function count() {
    turns += 1;
    counting = setImmediate(count);
  });
  const diff = await bundleDiff(from, to);
  clearImmediate(counting);
  assert.deepEqual([diff.policies.length, diff.omitted], [500, 3_500]);
  assert.ok(turns >= 24, `${turns} turns for 25 times 20 policies`);
});
