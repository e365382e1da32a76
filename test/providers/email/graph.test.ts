// Microsoft Graph: refusals that its SDK raises, batches item by item, recipients taken out, and drafts remembered from answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '@microsoft/microsoft-graph-client';
import type { Action, Facts } from '../../../src/classify/action.ts';
import { type Known, NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { graph } from '../../../src/providers/email/graph.ts';
import type { CopyObservation } from '../../../src/providers/observation.ts';
import { type MailRequest, mailRequest } from '../../support/mail-request.ts';
import { REFUSAL, refusingOrigin } from '../../support/refusing-origin.ts';
import { throwsWithCode } from '../../support/throws-with-code.ts';

const request = (line: string, content: string | object = '', type?: string): MailRequest =>
  mailRequest('graph.microsoft.com', line, content, type);
const to = (...addresses: string[]): object[] => addresses.map((address) => ({ emailAddress: { address } }));
const KEEP = { kind: 'keep-recipients', domains: ['ex.com'] } as const;

function classify({ view, body }: MailRequest, known: Known = NOTHING_KNOWN): readonly Action[] {
  const actions = graph.recognise(view)?.classify(body, known);
  assert.ok(actions);
  return actions;
}

function observe(sent: MailRequest, known: Known = NOTHING_KNOWN): CopyObservation | null {
  const observation = graph.observe?.(sent.view, sent.body, classify(sent, known)) ?? null;
  if (observation?.kind === 'copy') return observation;
  assert.equal(observation, null);
  return null;
}

/** What is known after these requests, the newest last, each with the answer that it got. */
function taught(...exchanges: ReadonlyArray<readonly [MailRequest, object | null]>): Known {
  const facts = new Map<string, Facts>();
  const known: Known = { find: (kind, id) => facts.get(`${kind}/${id}`) };
  for (const [sent, answer] of exchanges) {
    const observation = observe(sent, known);
    const headers = new HeaderList([]);
    const body = Buffer.from(JSON.stringify(answer));
    const learnt = answer === null ? [] : (observation?.read({ status: 201, headers, body }) ?? []);
    for (const one of [...(observation?.beforehand ?? []), ...learnt]) facts.set(`${one.kind}/${one.id}`, one.facts);
  }
  return known;
}

const DRAFT = {
  id: 'd1',
  subject: 'Hi',
  from: null,
  toRecipients: to('b@ex.com'),
  ccRecipients: [],
  bccRecipients: to('c@ex.org'),
  hasAttachments: false,
};
const CREATE = request('POST /v1.0/me/messages', { toRecipients: to('b@ex.com') });
const SEND = request('POST /v1.0/me/messages/d1/send', '{}');

test('the SDK raises our sentence as its error after one call', async () => {
  await using origin = await refusingOrigin(graph);
  const client = Client.init({
    baseUrl: `${origin.url}/`,
    customHosts: new Set(['127.0.0.1']),
    authProvider: (done) => done(null, 'eyJ.test'),
  });
  await assert.rejects(
    client.api('/me/sendMail').post({ message: {} }),
    (error: Error & { statusCode?: number; code?: string }) => {
      assert.match(error.message, /^Interlock: .* \(policy refund-large; entry 12\)$/);
      assert.deepEqual([error.statusCode, error.code], [403, 'ErrorAccessDenied']);
      return true;
    },
  );
  assert.equal(origin.calls(), 1);
});

test('a whole batch is refused with 200 and an error for each request', () => {
  const one = (id: string): object => ({ id, method: 'GET', url: '/me' });
  const { view, body } = request('POST /v1.0/$batch', { requests: [one('a'), one('b')] });
  const answer = graph.refuse(view, REFUSAL, body);
  assert.equal(answer.status, 200);
  const { responses } = JSON.parse(answer.body.toString()) as { responses: { id: string; status: number }[] };
  assert.deepEqual(
    responses.map(({ id, status }) => [id, status]),
    [
      ['a', 403],
      ['b', 403],
    ],
  );
  assert.equal(graph.refuse(view, { ...REFUSAL, kind: 'failed', status: 502 }, body).status, 502);
});

test('a draft is sent to those that the answer named when it was made', () => {
  const [send] = classify(SEND, taught([CREATE, DRAFT]));
  assert.deepEqual(send?.facts['recipients'], ['b@ex.com', 'c@ex.org']);
  assert.equal(send?.facts['recalled'], true);
  assert.deepEqual(send?.facts['attachments'], []);
});

test('an answer with a list left out, or none at all, makes the draft unknown', () => {
  const { bccRecipients: _left, ...part } = DRAFT;
  const update = request('PATCH /v1.0/me/messages/d1', { bccRecipients: to('e@evil.example') });
  for (const known of [taught([CREATE, part]), taught([CREATE, DRAFT], [update, null]), taught([CREATE, DRAFT], [update, {}])])
    assert.equal(classify(SEND, known)[0]?.facts['recipientsKnown'], false);
  const renewed = taught([CREATE, DRAFT], [update, { ...DRAFT, bccRecipients: to('e@evil.example') }]);
  assert.deepEqual(classify(SEND, renewed)[0]?.facts['recipients'], ['b@ex.com', 'e@evil.example']);
});

test('an answer draft is known by its answer, its attachments are not', () => {
  const reply = request('POST /v1.0/me/messages/m1/createForward', '{}');
  const [send] = classify(SEND, taught([reply, { ...DRAFT, hasAttachments: true }]));
  assert.deepEqual(send?.facts['recipients'], ['b@ex.com', 'c@ex.org']);
  assert.equal(send?.facts['attachments'], undefined);
});

test('attachments come to what a draft holds', () => {
  const attach = request('POST /v1.0/me/messages/d1/attachments', { name: 'a.exe', contentBytes: 'YWJj' });
  const [send] = classify(SEND, taught([CREATE, DRAFT], [attach, {}]));
  assert.deepEqual([send?.facts['attachments'], send?.facts['attachmentBytes']], [['a.exe'], 3]);
  const broken = request('POST /v1.0/me/messages/d1/attachments', '[]');
  assert.equal(classify(SEND, taught([CREATE, DRAFT], [broken, {}]))[0]?.facts['recipientsKnown'], false);
});

test('a batch that may change a draft makes it unknown', () => {
  const inner = { id: '1', method: 'PATCH', url: '/me/messages/d1', headers: { 'Content-Type': 'application/json' }, body: {} };
  const known = taught([CREATE, DRAFT], [request('POST /v1.0/$batch', { requests: [inner] }), {}]);
  assert.equal(classify(SEND, known)[0]?.facts['recipientsKnown'], false);
});

test('recipients are taken out of JSON, of drafts and of MIME', () => {
  const edited = (sent: MailRequest): string => graph.edit?.(sent.view, sent.body, KEEP).bytes.toString() ?? '';
  const both = { Message: { ToRecipients: to('b@ex.com', 'e@evil.example') }, SaveToSentItems: true };
  assert.deepEqual(JSON.parse(edited(request('POST /v1.0/me/sendMail', both))), {
    Message: { ToRecipients: to('b@ex.com') },
    SaveToSentItems: true,
  });
  const draft = { ccRecipients: to('b@ex.com'), toRecipients: to('e@evil.example') };
  assert.deepEqual(JSON.parse(edited(request('POST /v1.0/me/messages', draft))), {
    ccRecipients: [],
    toRecipients: to('b@ex.com'),
  });
  const mime = (text: string): string => Buffer.from(text).toString('base64');
  const raw = request('POST /v1.0/me/sendMail', mime('To: b@ex.com\r\nCc: e@evil.example\r\n\r\nx'), 'text/plain');
  assert.equal(edited(raw), mime('To: b@ex.com\r\n\r\nx'));
});

test('what is no readable mail is not edited', async () => {
  for (const sent of [
    request('POST /v1.0/me/sendMail', { message: { toRecipients: to('e@evil.example') } }),
    request('POST /v1.0/me/sendMail', { toRecipients: to('b@ex.com') }),
    request('POST /v1.0/me/messages/d1/send'),
    request('POST /v1.0/me/sendMail', '!', 'text/plain'),
  ])
    await throwsWithCode('CONSTRAINT_FAILED', () => graph.edit?.(sent.view, sent.body, KEEP));
});
