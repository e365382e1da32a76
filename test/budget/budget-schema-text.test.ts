// What budgets add to a schema's text is all comment, and actions with the same budgets are told once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetSchemaText } from '../../src/budget/budget-schema-text.ts';
import type { Budget } from '../../src/budget/budget.ts';

function counting(name: string, ...actions: readonly string[]): Budget {
  const window = { kind: 'calendar', period: 'day', timezone: 'UTC' } as const;
  return { name, actions: new Set(actions), measure: 'count', per: 'team', window, key: name };
}

test('without budgets there is nothing to say', () => {
  assert.equal(budgetSchemaText([]), '');
});

test('every line is a comment', () => {
  const lines = budgetSchemaText([counting('all', 'b.two', 'a.one', 'c.three'), counting('few', 'c.three')]).split('\n');
  assert.deepEqual(
    lines.filter((line) => line !== '' && !line.startsWith('//')),
    [],
  );
  assert.deepEqual(lines.slice(3), [
    '// action "a.one", "b.two": its context has also',
    '//   budget: {',
    '//     /// Used with this action in it, per team: count, calendar day (UTC).',
    '//     all: Long,',
    '//   },',
    '//',
    '// action "c.three": its context has also',
    '//   budget: {',
    '//     /// Used with this action in it, per team: count, calendar day (UTC).',
    '//     all: Long,',
    '//     /// Used with this action in it, per team: count, calendar day (UTC).',
    '//     few: Long,',
    '//   },',
    '',
  ]);
});
