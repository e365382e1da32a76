// Pushes that merge without saying so in a command.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCommands } from '../../../src/classify/git-commands.ts';
import { FLUSH_PACKET, writePacket } from '../../../src/classify/pkt-line.ts';
import { mergesByPush } from '../../../src/providers/repo/push-options.ts';
import { OID_A, OID_B, ZERO, pushBytes, signedPushBytes } from '../../support/push-bytes.ts';

const merges = (ref: string, ...options: string[]): unknown[] => {
  const push = readCommands(
    pushBytes([`${OID_A} ${OID_B} ${ref}`], ' push-options', ...options.map((option) => writePacket(option)), FLUSH_PACKET),
  );
  assert.ok(push !== null);
  return mergesByPush(push).map((merge) => merge.target?.text ?? null);
};

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
