// The order of strictness, on which every combination of verdicts rests.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { VERDICTS } from '../../src/decide/judgement.ts';
import { stricter } from '../../src/decide/ruling.ts';

it('verdicts stand from the most lenient to the strictest (INVARIANT)', () => {
  assert.deepEqual(VERDICTS, ['ALLOW', 'ALLOW_LOG', 'CONSTRAIN', 'WAIT', 'BLOCK']);
});

it('the stricter of two is the later one, whichever comes first', () => {
  VERDICTS.forEach((a, i) =>
    VERDICTS.forEach((b, j) => {
      assert.equal(stricter(a, b), VERDICTS[Math.max(i, j)]);
    }),
  );
});
