// Flips put together as people look at them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry, ShadowBody } from '../../src/record/entry.ts';
import { groupFlips } from '../../src/rollout/flip-groups.ts';

function flip(sequence: number, exchange: string, agent: string, would: ShadowBody['would'] = 'BLOCK'): Entry {
  const policies = ['p1'];
  const action = { action: 'http.read', was: 'ALLOW', would, policies, constraints: [], approvers: [] } as const;
  return {
    version: 1,
    sequence,
    time: `2026-01-01T00:00:0${sequence}.000Z`,
    previous: '',
    body: {
      type: 'shadow',
      exchange,
      verdictEntry: '1',
      agent,
      side: 'policies',
      bundle: 'd',
      was: 'ALLOW',
      would,
      policies,
      actions: [action],
    },
  };
}

test('the most frequent first, each with its newest exchanges', () => {
  const groups = groupFlips([
    flip(1, 'x1', 'bot'),
    flip(2, 'x2', 'other'),
    flip(3, 'x3', 'bot'),
    flip(4, 'x4', 'bot'),
    flip(5, 'x5', 'bot'),
    flip(6, 'x6', 'bot', 'WAIT'),
  ]);
  assert.deepEqual(
    groups.map(({ agent, would, count, exchanges }) => [agent, would, count, exchanges]),
    [
      ['bot', 'BLOCK', 4, ['x5', 'x4', 'x3']],
      ['bot', 'WAIT', 1, ['x6']],
      ['other', 'BLOCK', 1, ['x2']],
    ],
  );
  assert.equal(groups[0]?.latest, '2026-01-01T00:00:05.000Z');
});

test('of more groups than anybody reads the most frequent are kept', () => {
  const once = Array.from({ length: 250 }, (_, i) => flip(1, `x${i}`, `bot-${i}`));
  const groups = groupFlips([...once, flip(2, 'y', 'bot-249')]);
  assert.equal(groups.length, 200);
  assert.deepEqual([groups[0]?.agent, groups[0]?.count], ['bot-249', 2]);
});

test('entries of another type are passed over', () => {
  const { body: _, ...head } = flip(1, 'x', 'bot');
  const stop: Entry = { ...head, body: { type: 'stop', version: '1', syncedSize: 0, note: '' } };
  assert.deepEqual(groupFlips([stop]), []);
});
