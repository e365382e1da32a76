// A diff's lines with their numbers on either side; and the bundle's history and coverage in words.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeCounts, coveredPolicies, gitText, refusedText, whoText } from '../../console/model/bundle-words.ts';
import { diffCounts, diffLines } from '../../console/model/unified-diff.ts';
import { coverage, historyPage } from '../support/console-bundle.ts';

test('lines of a diff have their signs and numbers; signs within lines stay; nothing is left out', () => {
  const lines = diffLines('@@ -3,3 +3,3 @@\n same\n-- gone\n++ new\n last\n\\ No newline\n@@ -20 +21,1 @@\n-x\n+\n');
  assert.deepEqual(
    lines.map(({ kind, text, before, after }) => [kind, text, before, after]),
    [
      ['gap', '@@ -3,3 +3,3 @@', null, null],
      ['same', 'same', 3, 3],
      ['removed', '- gone', 4, null],
      ['added', '+ new', null, 4],
      ['same', 'last', 5, 5],
      ['gap', '\\ No newline', null, null],
      ['gap', '@@ -20 +21,1 @@', null, null],
      ['removed', 'x', 20, null],
      ['added', '', null, 21],
    ],
  );
  assert.deepEqual(diffCounts(lines), { added: 2, removed: 2 });
});

test('who is said to have changed the bundle is never more than is known', () => {
  const load = historyPage(null).moves[0]?.load;
  assert.ok(load !== null && load !== undefined);
  assert.equal(whoText(load), 'promoted by olga');
  assert.equal(whoText({ ...load, user: null }), 'promoted by ada (as the command said)');
  assert.equal(whoText({ ...load, cause: 'rollback', user: null, osUser: null }), 'gone back to by somebody unknown');
  assert.equal(whoText({ ...load, cause: 'file-change' }), "because files changed; the newest file is ada's");
  assert.equal(refusedText(load), 'promotion was asked for by olga');
  assert.equal(refusedText({ ...load, cause: 'rollback', user: null }), 'going back was asked for by ada (as the command said)');
  assert.equal(whoText({ ...load, cause: 'start', fileOwner: null }), 'at a start');
  assert.equal(gitText({ commit: 'a'.repeat(40), branch: 'main', dirty: false }), 'aaaaaaaa on main');
  assert.match(gitText({ commit: 'a'.repeat(40), branch: null, dirty: true }), /^aaaaaaaa, with changes that are not committed$/);
  assert.match(gitText({ commit: null, branch: 'main', dirty: null }), /^no commit yet on main; .* not known$/);
  assert.ok(load.changes !== null);
  assert.deepEqual(
    changeCounts(load.changes).map(({ sign, count, word }) => `${sign}${count} ${word}`),
    ['+1 added', '±2 changed'],
  );
});

test('what neither a case nor traffic shows deciding comes first; shadow policies decide nothing and are not told', () => {
  const told = {
    ...coverage(),
    live: [
      { id: 'busy', count: 9 },
      { id: 'shown', count: 0 },
      { id: 'dead', count: 0 },
    ],
    coverage: {
      policies: 3,
      decided: 1,
      percent: 33,
      files: [
        {
          file: 'f',
          policies: 3,
          decided: 1,
          percent: 33,
          undecided: [
            { id: 'busy', line: 1 },
            { id: 'dead', line: 2 },
          ],
        },
      ],
    },
  };
  const policies = ['shown', 'busy', 'dead', 'beside'].map((id) => ({ id, file: 'f', shadow: id === 'beside' }));
  assert.deepEqual(
    coveredPolicies(told, policies).map(({ id, covered, live }) => [id, covered, live]),
    [
      ['dead', false, 0],
      ['busy', false, 9],
      ['shown', true, 0],
    ],
  );
});
