// Failures by source: counted in a window, forgotten after it, and never more sources than fit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFailureThrottle } from '../../src/serve/failure-throttle.ts';

test('so many a minute and source, then too many, then anew', () => {
  let now = 0;
  const throttle = createFailureThrottle({ perMinute: 2, nowMs: () => now });
  assert.deepEqual(
    [throttle.failed('a'), throttle.failed('a'), throttle.failed('a'), throttle.failed('b')],
    [false, false, true, false],
  );
  now = 60_000;
  assert.equal(throttle.failed('a'), false);
});

test('a flood of sources pushes out the oldest and nothing grows', () => {
  const throttle = createFailureThrottle({ perMinute: 1, nowMs: () => 0 });
  throttle.failed('first');
  for (let i = 0; i < 5_000; i += 1) throttle.failed(`s${i}`);
  assert.equal(throttle.failed('first'), false);
  assert.equal(throttle.failed('s4999'), true);
});
