// Time left and gone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agoText, durationText, durationWords, secondsLeft, shareLeft, urgencyOf } from '../../console/model/countdown.ts';

const START = Date.parse('2030-01-01T00:00:00.000Z');

test('seconds left are by the gateway clock, and never below none', () => {
  assert.equal(secondsLeft('2030-01-01T00:01:00.000Z', START), 60);
  assert.equal(secondsLeft('2030-01-01T00:01:00.000Z', START, 30_000), 30);
  assert.equal(secondsLeft('2029-12-31T23:00:00.000Z', START), 0);
  assert.equal(secondsLeft('never', START), 0);
});

test('durations in few words', () => {
  assert.deepEqual([0, 59, 60, 3_599, 3_600, 90_000].map(durationText), ['0s', '59s', '1m 00s', '59m 59s', '1h 00m', '1d 1h']);
  assert.deepEqual([30, 60, 300, 7_200, 200_000].map(durationWords), [
    'less than a minute',
    '1 minute',
    '5 minutes',
    '2 hours',
    '2 days',
  ]);
});

test('urgency and the share of life that is left', () => {
  assert.deepEqual([0, 60, 61, 300, 301].map(urgencyOf), ['over', 'soon', 'near', 'near', 'calm']);
  assert.equal(shareLeft('2030-01-01T00:00:00.000Z', '2030-01-01T00:10:00.000Z', 300), 0.5);
  assert.equal(shareLeft('2030-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z', 300), 0);
});

test('how long ago', () => {
  const ago = (seconds: number): string => agoText(new Date(START - seconds * 1000).toISOString(), START);
  assert.deepEqual([1, 120, 7_200, 200_000].map(ago), ['just now', '2 min ago', '2 h ago', '2 d ago']);
  assert.equal(agoText('x', START), 'unknown');
});
