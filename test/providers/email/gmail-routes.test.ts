// Gmail's paths: what is read as which call, and what is left to others at the shared host.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gmailCall } from '../../../src/providers/email/gmail-routes.ts';
import { mailRequest } from '../../support/mail-request.ts';

const call = (line: string, host = 'gmail.googleapis.com') => gmailCall(mailRequest(host, line, '{}').view);

test('an upload is read only with the one protocol that says how', () => {
  const upload = (query: string): unknown =>
    Reflect.get(call(`POST /upload/gmail/v1/users/me/messages/send${query}`) ?? {}, 'upload');
  assert.equal(upload('?uploadType=media'), 'media');
  assert.equal(upload('?alt=json&uploadType=multipart'), 'multipart');
  for (const query of [
    '',
    '?uploadType=resumable',
    '?uploadType=media&uploadType=multipart',
    '?uploadtype=media',
    '?upload_protocol=raw',
    '?uploadType=media&upload_id=1',
  ])
    assert.equal(upload(query), 'unsure', query);
});

test('at the shared host only what may be Gmail is', () => {
  assert.equal(call('POST /drive/v3/files', 'www.googleapis.com'), null);
  assert.equal(call('POST /batch/drive/v3', 'www.googleapis.com'), null);
  assert.equal(call('POST /gmail/v1/users/me/messages/send', 'www.googleapis.com')?.kind, 'send');
  assert.equal(call('POST /x/gmail/v1/users/me/messages/send', 'www.googleapis.com')?.kind, 'unknown');
});

test('names in the place of an id are not ids', () => {
  assert.equal(call('DELETE /gmail/v1/users/me/messages/send')?.kind, 'delete');
  assert.equal(call('PUT /gmail/v1/users/me/drafts/send')?.kind, 'draft-send');
  assert.equal(call('POST /gmail/v1/users/me/drafts/x/y/z')?.kind, 'unknown');
  assert.equal(call('POST /gmail/v1/users//drafts')?.kind, 'unknown');
  assert.equal(call('POST /gmail/v1/users/me/settings/other')?.kind, 'unknown');
});
