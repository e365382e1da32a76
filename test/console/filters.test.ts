// The URL says where one is and what is filtered, and a hostile or broken one opens something harmless.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashOf, placeOf, VIEWS, withFilter } from '../../console/model/filters.ts';

test('a place goes into the hash and comes back', () => {
  const filters = { verdict: 'BLOCK,WAIT', agent: 'a b&c', q: 'ü=?#' };
  const hash = hashOf('live', null, filters);
  assert.deepEqual(placeOf(hash), { view: 'live', id: null, filters });
  assert.deepEqual(placeOf(hashOf('inbox', 't_1/..%2f')), { view: 'inbox', id: 't_1/..%2f', filters: {} });
});

test('any id and any filter survive the way', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VIEWS),
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.string({ minLength: 1, maxLength: 90 }),
      (view, id, q) => {
        const back = placeOf(hashOf(view, id, { q }));
        assert.equal(back.view, view);
        assert.equal(back.id, id);
        if (view === 'live') assert.equal(back.filters['q'], q);
      },
    ),
  );
});

test('what is not known is dropped, and nothing throws', () => {
  assert.deepEqual(placeOf(''), { view: 'inbox', id: null, filters: {} });
  assert.deepEqual(placeOf('#/nowhere/x'), { view: 'inbox', id: 'x', filters: {} });
  assert.deepEqual(placeOf('#/ticket/t_1').view, 'inbox');
  assert.equal(placeOf('#/story/%E0%A4%A').id, null);
  assert.deepEqual(placeOf('#/live?__proto__=x&evil=1&agent=').filters, {});
  assert.equal(placeOf(`#/live?q=${'x'.repeat(5_000)}`).filters['q']?.length, 200);
});

test('an emptied filter leaves', () => {
  assert.deepEqual(withFilter({ agent: 'a', q: 'x' }, 'agent', ''), { q: 'x' });
  assert.deepEqual(withFilter({}, 'agent', 'b'), { agent: 'b' });
});
