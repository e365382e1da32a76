// LFS: uploads leave before any push; downloads are reads when they are nothing else.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { gitLfs } from '../../../src/providers/repo/git-lfs.ts';
import { requestView } from '../../support/request-view.ts';

const OID = '1'.repeat(64);
const classify = (path: string, value: unknown, method = 'POST') => {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const action = gitLfs
    .recognise(requestView(method, `/acme/site.git/info/lfs/${path}`))
    ?.classify({ bytes, problem: null }, NOTHING_KNOWN)?.[0];
  return [action?.name, action?.facts['inspected'], action?.resource.id];
};
const WRITE = ['repo.unknown-write', true, 'github.com/acme/site'];
const LOCK = ['repo.config', true, 'github.com/acme/site'];
const READ = ['http.read', true, 'github.com'];

describe('git LFS', () => {
  it('tells uploads from downloads', () => {
    const objects = [{ oid: OID, size: 3 }];
    assert.deepEqual(classify('objects/batch', { operation: 'upload', objects }), ['repo.upload', true, 'github.com/acme/site']);
    assert.deepEqual(
      classify('objects/batch', {
        operation: 'download',
        transfers: ['basic'],
        ref: { name: 'refs/heads/main' },
        objects,
        hash_algo: 'sha256',
      }),
      READ,
    );
    assert.deepEqual(classify('locks/verify', { ref: { name: 'refs/heads/main' }, cursor: '', limit: 100 }), READ);
    assert.deepEqual(classify('locks', { path: 'x' }), LOCK);
    assert.deepEqual(classify('locks/1/unlock', {}), LOCK);
  });
  it('takes a download with cargo for a write', () => {
    const values = [
      { operation: 'download', note: 'x' },
      { operation: 'download', objects: [{ oid: 'secret', size: 1 }] },
      { operation: 'download', objects: [{ oid: OID, size: 1, x: 1 }] },
      { operation: 'download', ref: { name: 'a', x: 'b' } },
      { operation: 'download', transfers: ['x'.repeat(100)] },
      { operation: 'Download' },
    ];
    for (const value of values) assert.deepEqual(classify('objects/batch', value), WRITE, JSON.stringify(value));
  });
  it('is not sure of what it can not read', () => {
    for (const text of ['', '{', '[]x', '{"operation":"upload","operation":"download"}'])
      assert.deepEqual(classify('objects/batch', text).slice(0, 2), ['repo.unknown-write', false], text);
    assert.deepEqual(classify('objects/batch', { operation: 'download' }, 'PUT').slice(0, 2), ['repo.unknown-write', false]);
  });
  it('is not sure of an upload that a Go server reads otherwise', () => {
    const objects = [{ oid: OID, size: 3 }];
    for (const value of [
      { operation: 'upload', objects, Objects: [] },
      { operation: 'upload', objects: [{ oid: OID, size: 3, Size: 4 }] },
      { operation: 'upload', objects: [{ oid: OID, size: -3 }] },
      { operation: 'upload', objects: [{ oid: OID }] },
      { operation: 'upload', objects: 'all' },
      { operation: 'upload', objects, ref: { name: 'main' } },
    ])
      assert.deepEqual(classify('objects/batch', value).slice(0, 2), ['repo.upload', false], JSON.stringify(value));
  });
  it('leaves other paths alone', () => {
    assert.equal(gitLfs.recognise(requestView('POST', '/acme/site.git/info/refs')), null);
    assert.equal(gitLfs.recognise(requestView('GET', '/acme/site.git/info/lfs/locks', { hasBody: false })), null);
  });
  it('refuses with the message that the LFS client prints', () => {
    const answer = gitLfs.refuse(
      requestView('POST', '/a/b/info/lfs/locks'),
      { kind: 'blocked', reason: 'no', policies: [], entry: null, ticket: null, status: 403 },
      { bytes: Buffer.alloc(0), problem: null },
    );
    assert.deepEqual([answer.status, JSON.parse(answer.body.toString())], [403, { message: 'Interlock: no' }]);
  });
});
