// Azure and Cloudflare: refusals in their shapes, and batches that hide nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { NO_BODY } from '../../../src/http/inspected-body.ts';
import { azureArm } from '../../../src/providers/cloud/azure-arm.ts';
import { cloudflare } from '../../../src/providers/cloud/cloudflare.ts';
import { azureBlob } from '../../../src/providers/file/azure-blob.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { requestView } from '../../support/request-view.ts';

const batch = (document: unknown): readonly string[] => {
  const request = requestView('POST', '/batch?api-version=1', { host: 'management.azure.com' });
  const body = { bytes: Buffer.from(JSON.stringify(document)), problem: null };
  return (azureArm.recognise(request)?.classify(body, NOTHING_KNOWN) ?? []).map(
    ({ name, facts }) => `${name} ${String(facts['inspected'])}`,
  );
};

test('each inner call of a batch is an action, and one that is unreadable makes all of it so', () => {
  const remove = { httpMethod: 'delete', relativeUrl: '/subscriptions/s/resourceGroups/g?api-version=1' };
  assert.deepEqual(batch({ requests: [{ httpMethod: 'GET', relativeUrl: '/x' }, remove, remove] }), [
    'cloud.delete true',
    'cloud.delete true',
  ]);
  for (const inner of [
    { httpMethod: 'GET', relativeUrl: 'https://management.azure.com.evil.example/x' },
    { httpMethod: 'GET', relativeUrl: '/a', url: '/b' },
    { httpMethod: 'GET', HttpMethod: 'DELETE', relativeUrl: '/a' },
    { httpMethod: 'GET', relativeUrl: '/a/../b' },
    { relativeUrl: '/a' },
    'x',
  ])
    assert.deepEqual(batch({ requests: [inner] }), ['cloud.unknown-write false'], JSON.stringify(inner));
});

test('refusals are in the shapes that the SDKs read', () => {
  const view = requestView('DELETE', '/');
  assert.equal(JSON.parse(azureArm.refuse(view, REFUSAL, NO_BODY).body.toString()).error.code, 'AuthorizationFailed');
  assert.equal(JSON.parse(cloudflare.refuse(view, REFUSAL, NO_BODY).body.toString()).success, false);
  const blob = azureBlob.refuse(view, { ...REFUSAL, reason: '<&>' }, NO_BODY);
  assert.match(blob.body.toString(), /<Message>Interlock: &lt;&amp;&gt; \(policy refund-large; entry 12\)<\/Message>/);
  assert.equal(blob.status, 403);
});
