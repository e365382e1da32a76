// Commits to Bitbucket by form: parameters among files, wherever and however often they stand.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { sourceCommit } from '../../../src/providers/repo/bitbucket-source.ts';
import { requestView } from '../../support/request-view.ts';

const FORM = 'application/x-www-form-urlencoded';

function commit(body: string, type = FORM, query = '', problem: string | null = null) {
  const view = requestView('POST', `/2.0/repositories/a/b/src${query}`, {
    host: 'api.bitbucket.org',
    headers: ['Content-Type', type],
  });
  return sourceCommit(view, { bytes: Buffer.from(body), problem });
}

const part = (name: string, value: string, file = ''): string =>
  `--B\r\nContent-Disposition: form-data; name="${name}"${file === '' ? '' : `; filename="${file}"`}\r\n\r\n${value}\r\n`;
const MULTIPART = 'multipart/form-data; boundary=B';

describe('a commit by form', () => {
  it('names its branch and its files', () => {
    for (const effect of [
      commit('branch=topic&docs/a.md=x&%2Fb.md=y'),
      commit(`${part('docs/a.md', 'x', 'a.md')}${part('b.md', 'y')}${part('branch', 'topic')}--B--\r\n`, MULTIPART),
      commit('docs/a.md=x&b.md=y', FORM, '?branch=topic'),
    ]) {
      assert.equal(effect.sure, true);
      assert.deepEqual(effect.facts?.['paths'], ['docs/a.md', 'b.md']);
      assert.equal(effect.facts?.['contentBytes'], 2);
      assert.equal(effect.moves !== null && effect.moves.ref?.text, 'refs/heads/topic');
    }
  });
  it('goes to the main branch when it names none', () => {
    const effect = commit('a.md=x');
    assert.deepEqual([effect.sure, effect.moves?.defaultBranch, effect.moves?.ref], [true, true, null]);
  });
  it('is not sure when a parameter may be read in two ways', () => {
    for (const body of [
      'branch=topic&branch=main&a.md=x',
      'branch=&a.md=x',
      'Branch=main&branch=topic&a.md=x',
      'branch[]=main&branch=topic&a.md=x',
      'branch=refs/heads/main&a.md=x',
      'parents=a&parents=b&branch=topic&a.md=x',
      'branch=topic',
      'branch=topic&../x=y',
      'branch=topic&a.md=%zz',
    ])
      assert.equal(commit(body).sure, false, body);
    assert.equal(commit('branch=topic&a.md=x', FORM, '?branch=main').sure, false);
    assert.equal(commit(`${part('branch', 'topic', 'branch')}${part('a.md', 'x')}--B--\r\n`, MULTIPART).sure, false);
    assert.equal(commit(part('branch', 'topic') + part('a.md', 'x'), MULTIPART).sure, false);
    assert.equal(commit('{"branch":"topic"}', 'application/json').sure, false);
    assert.equal(commit('branch=topic&a.md=x', FORM, '', 'too large').sure, false);
  });
  it('never throws, and is never sure of a branch that the form does not name', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('branch', 'Branch', 'files', 'a', '/branch', 'message'), fc.string({ maxLength: 8 }))),
        (pairs) => {
          const body = pairs
            .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`)
            .join('&');
          const effect = commit(body);
          const branches = new Set(pairs.filter(([name]) => name === 'branch').map(([, value]) => value));
          if (branches.size > 1) assert.equal(effect.sure, false);
          if (effect.sure && effect.moves?.ref) assert.ok(branches.has(effect.moves.ref.text.slice('refs/heads/'.length)));
        },
      ),
    );
  });
});
