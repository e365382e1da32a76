// Mail that is not sent: only where the vendor's own word says so, in its place and with its very value (E32).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/classify/registry.ts';
import { requestView } from '../../support/request-view.ts';

interface Sent {
  readonly host: string;
  readonly path: string;
  readonly headers?: readonly string[];
}

/** What is said of the mail, which must be one that is inspected. */
function isSandbox({ host, path, headers = [] }: Sent, document: object): boolean {
  const request = requestView('POST', path, { host, headers: ['Content-Type', 'application/json', ...headers] });
  const { actions } = recognise(request).classify({ bytes: Buffer.from(JSON.stringify(document)), problem: null });
  const [action, other] = actions;
  assert.ok(action?.name === 'email.send' && other === undefined, actions.map(({ name }) => name).join());
  assert.equal(action.facts['inspected'], true);
  return action.facts['sandbox'] === true;
}

test('SparkPost: `options.sandbox` is true, and nothing that only looks so', () => {
  const sent = { host: 'api.sparkpost.com', path: '/api/v1/transmissions' };
  const mail = { content: { from: 's@acme.example', subject: 'a', text: 'b' }, recipients: [{ address: 'b@ex.com' }] };
  assert.equal(isSandbox(sent, { ...mail, options: { sandbox: true } }), true);
  for (const options of [{}, { sandbox: false }, { sandbox: 'true' }, { sandbox: 1 }, { sandbox: {} }, { Sandbox: true }])
    assert.equal(isSandbox(sent, { ...mail, options }), false, JSON.stringify(options));
  assert.equal(isSandbox(sent, { ...mail, sandbox: true }), false);
});

test("Postmark: the server's token is the documented one, in its very spelling", () => {
  const mail = { From: 's@acme.example', To: 'b@ex.com', Subject: 'a', TextBody: 'b' };
  const sent = (...headers: string[]): boolean => isSandbox({ host: 'api.postmarkapp.com', path: '/email', headers }, mail);
  assert.equal(sent('X-Postmark-Server-Token', 'POSTMARK_API_TEST'), true);
  for (const token of ['postmark_api_test', 'POSTMARK_API_TEST2', 'xPOSTMARK_API_TEST', 'POSTMARK_API_TEST, a'])
    assert.equal(sent('X-Postmark-Server-Token', token), false, token);
  assert.equal(sent('X-Postmark-Account-Token', 'POSTMARK_API_TEST'), false);
  assert.equal(sent('X-Postmark-Server-Token', 'a', 'X-Postmark-Server-Token', 'POSTMARK_API_TEST'), false);
});
