// Gmail: the refusal that its SDK raises, recipients taken out of every kind of upload, and drafts remembered by id.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auth, gmail as gmailClient } from '@googleapis/gmail';
import type { Action, Facts } from '../../../src/classify/action.ts';
import type { Known } from '../../../src/classify/known.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { gmail } from '../../../src/providers/email/gmail.ts';
import type { CopyObservation } from '../../../src/providers/observation.ts';
import { type MailRequest, mailRequest } from '../../support/mail-request.ts';
import { refusingOrigin } from '../../support/refusing-origin.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const P = '/gmail/v1/users/me';
const raw = (text: string): string => Buffer.from(text).toString('base64url');
const mail = (recipients: string): string => `From: bot@acme.example\r\n${recipients}\r\n\r\nx`;
const request = (line: string, content: string | object = '', type?: string): MailRequest =>
  mailRequest('gmail.googleapis.com', line, content, type);

function classify({ view, body }: MailRequest, known: Known = { find: () => undefined }): readonly Action[] {
  const actions = gmail.recognise(view)?.classify(body, known);
  assert.ok(actions);
  return actions;
}

function observe(sent: MailRequest): CopyObservation | null {
  const observation = gmail.observe?.(sent.view, sent.body, classify(sent)) ?? null;
  if (observation?.kind === 'copy') return observation;
  assert.equal(observation, null);
  return null;
}

/** What an answer to this request teaches, found again as the gateway would. */
function taught(sent: MailRequest, answer: string, status = 200): Known {
  const learnt = observe(sent)?.read({ status, headers: new HeaderList([]), body: Buffer.from(answer) }) ?? [];
  const facts = new Map(learnt.map((one): [string, Facts] => [`${one.kind}/${one.id}`, one.facts]));
  return { find: (kind, id) => facts.get(`${kind}/${id}`) };
}

test('the SDK raises our sentence as its error after one call', async () => {
  await using origin = await refusingOrigin(gmail);
  const client = new auth.OAuth2();
  client.setCredentials({ access_token: 'ya29.test' });
  const api = gmailClient({ version: 'v1', auth: client, rootUrl: `${origin.url}/` });
  await assert.rejects(
    api.users.messages.send({ userId: 'me', requestBody: { raw: 'eA' } }),
    (error: Error & { status?: number }) => {
      assert.match(error.message, /^Interlock: .* \(policy refund-large; entry 12\)$/);
      assert.equal(error.status, 403);
      return true;
    },
  );
  assert.equal(origin.calls(), 1);
});

test('recipients are taken out of JSON, drafts, media and multipart uploads', () => {
  const change = { kind: 'keep-recipients', domains: ['ex.com'] } as const;
  const edited = (sent: MailRequest): string => {
    const result = gmail.edit?.(sent.view, sent.body, change);
    assert.deepEqual(result?.changed, ['to: removed e@evil.example']);
    return result?.bytes.toString() ?? '';
  };
  const both = mail('To: b@ex.com, e@evil.example');
  const kept = mail('To: b@ex.com');
  assert.deepEqual(JSON.parse(edited(request(`POST ${P}/messages/send`, { threadId: 't', raw: raw(both) }))), {
    threadId: 't',
    raw: raw(kept),
  });
  assert.deepEqual(JSON.parse(edited(request(`PUT ${P}/drafts/r1`, { message: { raw: raw(both) } }))), {
    message: { raw: raw(kept) },
  });
  assert.equal(edited(request(`POST /upload${P}/messages/send?uploadType=media`, both, 'message/rfc822')), kept);
  const related = (message: string): string =>
    `--B\r\nContent-Type: application/json\r\n\r\n{}\r\n--B\r\nContent-Type: message/rfc822\r\n\r\n${message}\r\n--B--\r\n`;
  const upload = request(`POST /upload${P}/messages/send?uploadType=multipart`, related(both), 'multipart/related; boundary=B');
  assert.equal(edited(upload), related(kept));
});

test('what is no readable mail is not edited; what needs no change stays', async () => {
  const change = { kind: 'keep-recipients', domains: ['ex.com'] } as const;
  for (const sent of [
    request(`POST ${P}/messages/send`, { raw: '!' }),
    request(`POST ${P}/drafts/send`, { id: 'r1' }),
    request(`POST ${P}/messages/batchDelete`, { ids: [] }),
  ])
    await throwsWithCode('CONSTRAINT_FAILED', () => gmail.edit?.(sent.view, sent.body, change));
  const fine = request(`POST ${P}/messages/send`, { raw: raw(mail('To: b@ex.com')) });
  assert.equal(gmail.edit?.(fine.view, fine.body, change)?.bytes, fine.body.bytes);
});

test('a draft is sent to those that it was written to', () => {
  const known = taught(request(`POST ${P}/drafts`, { message: { raw: raw(mail('To: b@ex.com')) } }), '{"id":"r-1"}');
  const [send] = classify(request(`POST ${P}/drafts/send`, { id: 'r-1' }), known);
  assert.equal(send?.name, 'email.send');
  assert.equal(send?.resource.id, 'bot@acme.example');
  assert.deepEqual(send?.facts['recipients'], ['b@ex.com']);
  assert.equal(send?.facts['recalled'], true);
  assert.equal(send?.facts['path'], `${P}/drafts/send`);
  const [other] = classify(request(`POST ${P}/drafts/send`, { id: 'r-2' }), known);
  assert.deepEqual([other?.facts['recipientsKnown'], other?.facts['recipients']], [false, undefined]);
});

test('an answer that is none teaches nothing', () => {
  const create = request(`POST ${P}/drafts`, { message: { raw: raw(mail('To: b@ex.com')) } });
  for (const [answer, status] of [
    ['{"id":"r-1"}', 403],
    ['{', 200],
    ['{"id":1}', 200],
  ] as const)
    assert.equal(taught(create, answer, status).find('mail-draft', 'r-1'), undefined);
});

test('a draft that names nobody, or could not be read, grants nothing', () => {
  for (const message of [mail('X: y'), 'To: b@ex.com\r\nCc : e@evil.example\r\n\r\n']) {
    const known = taught(request(`POST ${P}/drafts`, { message: { raw: raw(message) } }), '{"id":"r-1"}');
    const [send] = classify(request(`POST ${P}/drafts/send`, { id: 'r-1' }), known);
    assert.equal(send?.facts['recipientsKnown'], false);
  }
});

test('an update makes a draft unknown before it leaves, also in a batch', () => {
  const update = request(`PUT ${P}/drafts/r-1`, { message: { raw: raw(mail('To: b@ex.com')) } });
  const unknown = [{ kind: 'mail-draft', id: 'r-1', facts: { recipientsKnown: false } }];
  assert.deepEqual(observe(update)?.beforehand, unknown);
  const part = `--B\r\nContent-Type: application/http\r\n\r\nPUT ${P}/drafts/r-1\r\nContent-Type: application/json\r\n\r\n{}\r\n--B--`;
  assert.deepEqual(observe(request('POST /batch', part, 'multipart/mixed; boundary=B'))?.beforehand, unknown);
  assert.equal(observe(request(`POST ${P}/messages/send`, { raw: raw(mail('To: b@ex.com')) })), null);
});
