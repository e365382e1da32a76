// Which bytes are a ref that everybody reads alike.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { isRefName, readRef, readRefText, refComponent } from '../../src/classify/git-ref.ts';

const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

describe('a ref', () => {
  it('is sure when every server reads the same name', () => {
    for (const name of [
      'refs/heads/main',
      'refs/tags/v1.0',
      'refs/for/main%topic=x',
      'refs/heads/café',
      'HEAD',
      'refs/heads/@',
    ]) {
      assert.deepEqual(readRef(bytes(name)), { text: name, sure: true });
      assert.deepEqual(readRefText(name), { text: name, sure: true });
    }
  });

  it('is not sure when bytes are odd, and is then shown escaped', () => {
    assert.deepEqual(readRef('refs/heads/main '), { text: 'refs/heads/main\\x20', sure: false });
    assert.deepEqual(readRef('refs/heads/m\xe9'), { text: 'refs/heads/m\\xe9', sure: false });
    assert.deepEqual(readRef('refs/heads/m\x1b[31m'), { text: 'refs/heads/m\\x1b[31m', sure: false });
    for (const hidden of ['\u200b', '\u202e', '\u00a0', '\ufeff', '\u2028'])
      assert.equal(readRef(bytes(`refs/heads/ma${hidden}in`)).sure, false);
    assert.equal(readRefText('refs/heads/\ud800').sure, false);
    assert.equal(readRef(`refs/heads/${'x'.repeat(2000)}`).sure, false);
  });

  it('is never taken more lightly than git takes it', () => {
    const odd = [
      'refs/heads/a..b',
      'refs/heads/.a',
      'refs/heads/a.lock',
      'refs/heads/a/',
      'refs//a',
      'refs/heads/a~1',
      'refs/heads/a^',
      'refs/heads/a:b',
      'refs/heads/a?',
      'refs/heads/*',
      'refs/heads/[a',
      'refs/heads/a\\b',
      'refs/heads/a@{0}',
      'refs/heads/a.',
      'refs/heads/a b',
      'main',
      'heads/main',
      'refs/main',
      '/refs/heads/a',
      'head',
    ];
    for (const name of odd) {
      assert.equal(isRefName(name), false, name);
      const git = (): unknown => execFileSync('git', ['check-ref-format', name], { stdio: 'ignore' });
      if (!['heads/main', 'refs/main'].includes(name)) assert.throws(git, name);
    }
  });
});

describe('a name as part of a branch', () => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  it('keeps plain names', () => {
    for (const name of ['bot', 'support-bot', 'a.b_c']) assert.equal(refComponent(name, digest), name);
  });
  it('makes every other name safe, and no two the same', () => {
    const names = ['a b', 'a/b', '..', '.git', 'x.lock', '-x', 'a@{1}', '', 'ü', 'a-b.', 'a\nb', '~'];
    const parts = names.map((name) => refComponent(name, digest));
    for (const part of parts) assert.ok(isRefName(`refs/heads/agent/${part}/main`), part);
    assert.equal(new Set(parts).size, names.length);
  });
});
