// A tool call's plan becomes the client's, and what is none says which step is wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planOf } from '../../src/mcp-server/planned.ts';

const read = { action: 'http.read', resource: { type: 'Host', id: 'a.example' } };

test('steps keep their order, and those that may come in any order are a group', () => {
  const bounds = { amountMinor: { atMost: 5 } };
  const plan = planOf({
    title: 'it',
    steps: [
      { request: 'GET / HTTP/1.1\r\n\r\n', title: 'one' },
      { ...read, bounds, times: 2 },
      { ...read, optional: true, anyOrderWithPrevious: true },
      { mcp: { server: 'https://a/mcp', tool: 't' } },
    ],
  });
  assert.deepEqual(plan, {
    title: 'it',
    steps: [
      { request: 'GET / HTTP/1.1\r\n\r\n', title: 'one' },
      {
        anyOrder: [
          { ...read, bounds, times: 2 },
          { ...read, optional: true },
        ],
      },
      { mcp: { server: 'https://a/mcp', tool: 't' } },
    ],
  });
});

test('a step asks about exactly one thing', () => {
  for (const [steps, words] of [
    [[{ ...read }, { ...read, request: 'x' }], /step 2: give exactly one/],
    [[{}], /step 1: give exactly one/],
    [[{ action: 'http.read' }], /step 1: `action` needs `resource`/],
    [[{ ...read, anyOrderWithPrevious: true }], /no step before/],
  ] as const) {
    assert.throws(() => planOf({ steps: [...steps] }), { code: 'QUESTION_INVALID', message: words });
  }
});
