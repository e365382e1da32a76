// Google Cloud: a refusal that its clients read, and words that never make a read of a write.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import { gcp } from '../../../src/providers/cloud/gcp.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { requestView } from '../../support/request-view.ts';

const named = (method: string, host: string, target: string): string | undefined =>
  gcp.recognise(requestView(method, target, { host, hasBody: false }))?.classify(NO_BODY, NOTHING_KNOWN)?.[0]?.name;

test('a refusal is a google.rpc.Status', () => {
  const { status, body } = gcp.refuse(requestView('DELETE', '/'), REFUSAL, NO_BODY);
  const { error } = JSON.parse(body.toString());
  assert.deepEqual([status, error.code, error.status], [403, 403, 'PERMISSION_DENIED']);
  assert.match(error.message, /policy refund-large/);
});

test('a POST is never a read, whatever its verb says', () => {
  for (const verb of ['get', 'list', 'getIamPolicy', 'testIamPermissions', 'read', 'search'])
    assert.notEqual(named('POST', 'pubsub.googleapis.com', `/v1/projects/p/topics/t:${verb}`), 'cloud.read', verb);
});

test('a GET that hands out a secret is one, also with a doubled or encoded slash', () => {
  for (const target of [
    '/v1/projects/p/secrets/s/versions/1:access',
    '/v1//projects/p/secrets/s/versions/1:access',
    '/v1/projects/p/secrets/s/versions/1%3Aaccess',
    '/v1/projects%2Fp/secrets/s/versions/1:access',
  ])
    assert.equal(named('GET', 'secretmanager.googleapis.com', target), 'cloud.secret', target);
});

test("hosts of other families' APIs are left alone", () => {
  for (const host of [
    'gmail.googleapis.com',
    'generativelanguage.googleapis.com',
    'bigquery.googleapis.com',
    'storage.googleapis.com',
  ])
    assert.equal(named('POST', host, '/v1/projects/p:setIamPolicy'), undefined, host);
});
