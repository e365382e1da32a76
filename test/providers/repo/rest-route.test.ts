// Route patterns: one segment, many segments, and work that stays linear.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { route, routeOf } from '../../../src/providers/repo/rest-route.ts';

const table = [
  route('PUT', 'contents/**', () => []),
  route('ANY', 'branches/**/protection/**', () => []),
  route('POST', 'branches/**/rename', () => []),
  route('POST', 'pulls/*/merge', () => []),
  route('ANY', '', () => []),
];
const found = (method: string, path: string) =>
  routeOf(table, method, path === '' ? [] : path.split('/'))?.path.join('/') ?? null;

describe('a route', () => {
  it('takes one segment for `*` and one or more for `**`', () => {
    assert.equal(found('PUT', 'contents/a/b/c'), 'contents/**');
    assert.equal(found('PUT', 'contents'), null);
    assert.equal(found('POST', 'pulls/1/merge'), 'pulls/*/merge');
    assert.equal(found('POST', 'pulls/1/2/merge'), null);
    assert.equal(found('POST', 'branches/a/b/rename'), 'branches/**/rename');
    assert.equal(found('POST', 'branches/rename'), null);
    assert.equal(found('DELETE', 'branches/a/protection/b/protection/x/y'), 'branches/**/protection/**');
    assert.equal(found('DELETE', ''), '');
  });
  it('ignores case, and minds the method', () => {
    assert.equal(found('POST', 'Pulls/1/MERGE'), 'pulls/*/merge');
    assert.equal(found('PUT', 'pulls/1/merge'), null);
    assert.equal(found('PURGE', ''), null);
  });
  it('is found or not in a time that grows with the path, not with its square', () => {
    const words = ['branches', ...Array.from({ length: 200_000 }, () => 'protection')];
    const started = performance.now();
    routeOf(table, 'DELETE', words);
    routeOf(table, 'POST', words);
    assert.ok(performance.now() - started < 10_000);
  });
});
