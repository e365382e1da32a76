// Pushes that merge without saying so in a command.

import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { readCommands } from '../../../src/classify/git-commands.ts';
import { FLUSH_PACKET, writePacket } from '../../../src/classify/pkt-line.ts';
import { mergesByPush, optionNames, pullsByPush } from '../../../src/providers/repo/push-options.ts';
import { OID_A, OID_B, ZERO, pushBytes, signedPushBytes } from '../../support/push-bytes.ts';

const pushOf = (ref: string, ...options: string[]) => {
  const push = readCommands(
    pushBytes([`${OID_A} ${OID_B} ${ref}`], ' push-options', ...options.map((option) => writePacket(option)), FLUSH_PACKET),
  );
  assert.ok(push !== null);
  return push;
};
const merges = (ref: string, ...options: string[]): unknown[] =>
  mergesByPush(pushOf(ref, ...options)).map((merge) => merge.target?.text ?? null);
const pulls = (ref: string, ...options: string[]): unknown[] =>
  pullsByPush(pushOf(ref, ...options)).map(({ change, target, defaultBranch, project, facts }) => [
    change,
    target?.text ?? (defaultBranch ? 'the default' : null),
    ...(project === undefined ? [] : [project]),
    facts,
  ]);

describe('a merge by push', () => {
  it('is in GitLab’s options', () => {
    assert.deepEqual(merges('refs/heads/x', 'merge_request.create', 'merge_request.auto_merge'), [null]);
    assert.deepEqual(merges('refs/heads/x', 'merge_request.target=main', 'merge_request.merge_when_pipeline_succeeds=true'), [
      'refs/heads/main',
    ]);
    assert.deepEqual(merges('refs/heads/x', 'merge_request.target=a', 'merge_request.target=b', 'merge_request.auto_merge'), [
      'refs/heads/a',
      'refs/heads/b',
    ]);
  });
  it('is in GitLab’s options by their short name', () => {
    assert.deepEqual(merges('refs/heads/x', 'mr.create', 'mr.target=main', 'mr.merge_when_pipeline_succeeds'), [
      'refs/heads/main',
    ]);
    assert.deepEqual(merges('refs/heads/x', ' mr.auto_merge = true'), [null]);
  });
  it('is in Gerrit’s refs and options', () => {
    assert.deepEqual(merges('refs/for/main%r=a@ex.com,submit'), ['refs/heads/main']);
    assert.deepEqual(merges('refs/for/release/1', 'submit'), ['refs/heads/release/1']);
  });
  it('is in a certificate’s options', () => {
    const push = readCommands(signedPushBytes([`${OID_A} ${OID_B} refs/heads/x`], ['push-option merge_request.auto_merge']));
    assert.ok(push !== null);
    assert.equal(mergesByPush(push).length, 1);
  });
  it('is not in others', () => {
    assert.deepEqual(merges('refs/heads/x', 'merge_request.create', 'ci.skip', 'merge_request.target=main'), []);
    assert.deepEqual(merges('refs/for/main%topic=submit,r=x'), []);
    assert.deepEqual(merges('refs/heads/for%submit', 'submit-nothing'), []);
    const gone = readCommands(pushBytes([`${OID_A} ${ZERO} refs/for/main%submit`]));
    assert.ok(gone !== null);
    assert.deepEqual(mergesByPush(gone), []);
  });
});

describe('a pull request by push', () => {
  it('is in GitLab’s options, opened or changed', () => {
    const source = { source: 'x' };
    assert.deepEqual(pulls('refs/heads/x', 'merge_request.create'), [['create', 'the default', source]]);
    assert.deepEqual(pulls('refs/heads/x', ' MR.Create', 'mr.target=main', 'mr.title=a b', 'mr.description=d', 'mr.draft'), [
      ['create', 'refs/heads/main', { ...source, title: 'a b', message: 'd', draft: true }],
    ]);
    assert.deepEqual(pulls('refs/heads/x', 'merge_request.target=a', 'merge_request.target=b'), [
      ['update', 'refs/heads/a', source],
      ['update', 'refs/heads/b', source],
    ]);
    assert.deepEqual(pulls('refs/tags/v1', 'merge_request.remove_source_branch'), [['update', null, { removesSource: true }]]);
  });
  it('may be one of another project, and of none that can be told', () => {
    const facts = { source: 'x', crossRepo: true };
    const create = 'merge_request.create';
    assert.deepEqual(pulls('refs/heads/x', create, 'merge_request.target_project=a/b'), [
      ['create', 'the default', 'a/b', facts],
    ]);
    assert.deepEqual(pulls('refs/heads/x', create, 'mr.target_project=a/b', 'mr.target_project=7'), [
      ['create', 'the default', '', facts],
    ]);
  });
  it('has no title where two are given', () => {
    assert.deepEqual(pulls('refs/heads/x', 'mr.create', 'mr.title=a', 'mr.title=b'), [
      ['create', 'the default', { source: 'x' }],
    ]);
  });
  it('is in the review refs of Gitea and Gerrit', () => {
    assert.deepEqual(pulls('refs/for/main', 'topic=t', 'title=x', 'description=d', 'force-push'), [
      ['create', 'refs/heads/main', { title: 'x', message: 'd', force: true }],
    ]);
    assert.deepEqual(pulls('refs/for/main%topic=t,wip'), [['create', 'refs/heads/main', {}]]);
    assert.deepEqual(pulls('refs/for-review/main'), [['create', 'refs/heads/main', {}]]);
    assert.deepEqual(pulls('refs/draft/main'), [['create', 'refs/heads/main', { draft: true }]]);
    // The server knows whether `main/topic` is a branch.
    assert.deepEqual(pulls('refs/for/main/topic'), [['create', null, {}]]);
  });
  it('is not in others', () => {
    assert.deepEqual(pulls('refs/heads/for/main', 'ci.skip', 'title=x', 'merge_requests.create'), []);
    const gone = readCommands(pushBytes([`${OID_A} ${ZERO} refs/for/main`]));
    assert.ok(gone !== null);
    assert.deepEqual(pullsByPush(gone), []);
  });
});

test('options are known by name, never by value', () => {
  assert.equal(optionNames(pushOf('refs/heads/x')), undefined);
  assert.deepEqual(optionNames(pushOf('refs/heads/x', 'ci.variable="TOKEN=secret"', ' CI.Skip ', 'ci.skip', 'a secret')), [
    'ci.skip',
    'ci.variable',
    'unreadable',
  ]);
});
