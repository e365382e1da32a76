import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeadline } from '../../src/http/deadline.ts';

test('what stays under way for too long is told once; what ends in time, and starts anew, is not', ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let late = 0;
  const deadline = createDeadline(100, () => void (late += 1));
  deadline.running(true);
  mock.timers.tick(60);
  deadline.running(true);
  deadline.running(false);
  deadline.running(true);
  mock.timers.tick(60);
  assert.equal(late, 0);
  mock.timers.tick(60);
  assert.equal(late, 1);
});
