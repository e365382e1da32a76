// Gmail's paths: what is read as which call, and what is left to others at the shared host.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderList } from '../../../src/http/headers.ts';
import { gmailCall } from '../../../src/providers/email/gmail-routes.ts';
import { mailRequest } from '../../support/mail-request.ts';

function call(line: string, host = 'gmail.googleapis.com', headers: readonly string[] = []) {
  const { view } = mailRequest(host, line, '{}');
  return gmailCall({ ...view, headers: new HeaderList([...view.headers.raw, ...headers]) });
}

test('an upload is read only with the one protocol that says how', () => {
  const upload = (query: string): unknown =>
    Reflect.get(call(`POST /upload/gmail/v1/users/me/messages/send${query}`) ?? {}, 'upload');
  assert.equal(upload('?uploadType=media'), 'media');
  assert.equal(upload('?alt=json&uploadType=multipart'), 'multipart');
  for (const query of [
    '',
    '?uploadType=media&uploadType=multipart',
    '?uploadtype=media',
    '?upload_protocol=raw',
    '?uploadType=media&upload_id=1',
  ])
    assert.equal(upload(query), 'unsure', query);
});

test('a resumable upload is opened by POST, and gets its bytes by PUT under its id', () => {
  const upload = (method: string, query: string, ...headers: string[]): unknown =>
    Reflect.get(call(`${method} /upload/gmail/v1/users/me/messages/send?${query}`, undefined, headers) ?? {}, 'upload');
  assert.equal(upload('POST', 'uploadType=resumable', 'X-Upload-Content-Type', 'message/rfc822'), 'open');
  assert.equal(upload('PUT', 'uploadType=resumable&upload_id=A'), 'session');
  for (const [method, query, ...headers] of [
    ['POST', 'uploadType=resumable&upload_id=A'],
    ['PUT', 'uploadType=resumable'],
    ['PUT', 'uploadType=resumable&upload_id=A&upload_id=B'],
    ['PUT', 'uploadType=resumable&upload_id=A&upload_protocol=resumable'],
    ['PUT', 'uploadType=media&upload_id=A'],
    ['PUT', 'uploadType=resumable&upload_id=A', 'X-Goog-Upload-Command', 'finalize'],
    ['POST', 'uploadType=resumable', 'X-Goog-Upload-Command', 'upload, finalize'],
    ['POST', 'uploadType=resumable', 'Content-Range', 'bytes 0-1/2'],
    ['POST', 'uploadType=media', 'Content-Range', 'bytes 0-1/2'],
    ['POST', 'uploadType=media', 'X-Goog-Upload-Command', 'upload, finalize'],
    ['POST', 'uploadType=multipart', 'X-Upload-Content-Type', 'message/rfc822'],
  ] as const)
    assert.equal(upload(method, query, ...headers), 'unsure', `${method} ${query} ${headers.join()}`);
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
