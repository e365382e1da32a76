// Coverage is counted by file, and only all of it is 100.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { coverageOf } from '../../src/decide/coverage.ts';
import { bundleOf, policy } from './bundle-fixture.ts';

it('coverage names what never decided, where it stands', () => {
  const body = 'permit(principal, action == Action::"http.read", resource);';
  const { policies } = bundleOf({ policies: policy('a', body) + policy('b', body) + policy('c', body) });
  const coverage = coverageOf(policies, new Set(['a', 'c', 'of-another-bundle']));
  const [file] = coverage.files;
  assert.deepEqual([coverage.percent, coverage.decided, coverage.policies], [66, 2, 3]);
  assert.deepEqual(file?.undecided, [{ id: 'b', line: 3 }]);
  assert.equal(coverageOf(policies, new Set(['a', 'b', 'c'])).percent, 100);
  assert.equal(coverageOf([], new Set()).percent, 100);
});
