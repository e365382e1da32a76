// The real Gmail and Microsoft Graph SDKs: mail, drafts and batches through the gateway, refused as the vendors refuse.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { runCalls, type ClientReport } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startGmailOrigin, startGraphOrigin } from '../support/mailbox-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const gmail = stack.use(await startGmailOrigin(ca));
const graph = stack.use(await startGraphOrigin(ca));
const HOSTS = { 'gmail.googleapis.com': gmail.address, 'graph.microsoft.com': graph.address };
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: HOSTS,
    entities: Object.keys(HOSTS).map((id) => ({ uid: { type: 'Host', id }, attrs: { partialBatches: true }, parents: [] })),
    config: { approvals: { holdSeconds: 1 } },
  }),
);
const agent = await interlock.addAgent('clerk');

const mail = (to: string): string => `From: bot@example.com\r\nTo: ${to}\r\nSubject: Hi\r\n\r\nHello`;
const raw = (to: string): string => Buffer.from(mail(to)).toString('base64url');
const list = (...addresses: string[]): object[] => addresses.map((address) => ({ emailAddress: { address } }));
const message = (...to: string[]): object => ({
  subject: 'Hi',
  body: { contentType: 'Text', content: 'x' },
  toRecipients: list(...to),
});
const INSIDE = 'ann@example.com';
const OUTSIDE = 'eve@evil.test';

function dataOf(said: ClientReport | undefined): unknown {
  assert.ok(said?.ok, JSON.stringify(said));
  return said.result['data'];
}

function call(id: string, to: string): string {
  const request = `POST /gmail/v1/users/me/messages/send\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ raw: raw(to) })}`;
  return `--batch_x\r\nContent-Type: application/http\r\nContent-ID: <${id}>\r\n\r\n${request}\r\n`;
}

function request(id: string, to: string, more: object = {}): object {
  const headers = { 'Content-Type': 'application/json' };
  return { id, method: 'POST', url: '/me/sendMail', headers, body: { message: message(to) }, ...more };
}

/** Each vendor's calls run in one program: loading the SDK takes longer than all of them. */
const mailSaid = await runCalls(agent, 'gmail', {
  calls: [
    ['send', mail(INSIDE)],
    ['media', mail(INSIDE)],
    ['multipart', mail(INSIDE)],
    ['send', mail(OUTSIDE)],
    ['forward', OUTSIDE],
    ['draft', mail(INSIDE)],
    ['draft', mail(OUTSIDE)],
    ['sendDraft', 'r-1'],
    ['sendDraft', 'r-2'],
    ['sendDraft', 'r-3'],
    ['batch', `${call('a', INSIDE)}${call('b', OUTSIDE)}${call('c', INSIDE)}--batch_x--`],
  ],
});
const graphSaid = await runCalls(agent, 'graph', {
  calls: [
    ['/me/sendMail', { message: message(INSIDE) }],
    ['/me/sendMail', { message: message(INSIDE, OUTSIDE) }],
    ['/me/sendMail', { message: message(OUTSIDE) }],
    ['/me/mailFolders/inbox/messageRules', { displayName: 'x', sequence: 1, actions: { forwardTo: list(OUTSIDE) } }],
    ['/me/messages', message(INSIDE)],
    ['/me/messages/AAMkDraft=/send', {}],
    ['/me/messages', message(OUTSIDE)],
    ['/me/messages/AAMkDraft=/send', {}],
    ['/$batch', { requests: [request('1', INSIDE), request('2', OUTSIDE), request('3', INSIDE, { dependsOn: ['2'] })] }],
  ],
});
const verdicts = (await interlock.bodies('verdict')).map(({ verdict }) => verdict);

it('every call is judged once: no SDK tries a blocked one again', () => {
  assert.deepEqual(verdicts, [
    ...['ALLOW', 'ALLOW', 'ALLOW', 'BLOCK', 'BLOCK', 'ALLOW', 'ALLOW', 'ALLOW', 'BLOCK', 'WAIT', 'CONSTRAIN'],
    ...['ALLOW', 'CONSTRAIN', 'BLOCK', 'BLOCK', 'ALLOW', 'ALLOW', 'ALLOW', 'BLOCK', 'CONSTRAIN'],
  ]);
});

describe('Gmail', () => {
  it('what is allowed arrives as the SDK made it', async () => {
    for (const one of mailSaid.slice(0, 3)) assert.deepEqual(Reflect.get(Object(dataOf(one)), 'labelIds'), ['SENT']);
    const [send, media, multipart] = await Promise.all(gmail.received.slice(0, 3).map((one) => one.body()));
    assert.equal(send?.toString(), JSON.stringify({ raw: raw(INSIDE) }));
    assert.equal(media?.toString(), mail(INSIDE));
    assert.ok(multipart?.toString().includes(`\r\n\r\n${mail(INSIDE)}\r\n--`));
  });

  it("what is blocked is the SDK's own error with our reason", () => {
    for (const [said, policy] of [
      [mailSaid[3], 'mail-outside'],
      [mailSaid[4], 'mail-forwarding-outside'],
    ] as const) {
      assert.deepEqual([said?.error['name'], said?.error['status']], ['GaxiosError', 403]);
      assert.match(String(said?.error['message']), new RegExp(`^Interlock: .*policy ${policy}`));
    }
  });

  it('a draft is judged by who it was written to, when it is sent; one that nobody knows waits', () => {
    for (const one of mailSaid.slice(5, 8)) assert.ok(one.ok, JSON.stringify(one));
    assert.match(String(mailSaid[8]?.error['message']), /policy mail-outside/);
    assert.match(String(mailSaid[9]?.error['message']), /waiting for maintainers/);
  });

  it('of a batch only the refused call does not go', async () => {
    const answer = String(dataOf(mailSaid[10]));
    const statuses = [...answer.matchAll(/<response-(.)>\r\n\r\nHTTP\/1\.1 (\d+)/g)].map(([, id, status]) => `${id} ${status}`);
    assert.deepEqual(statuses, ['a 200', 'b 403', 'c 200']);
    assert.match(answer, /mail-outside/);
    const sent = (await gmail.received.at(-1)?.body())?.toString() ?? '';
    assert.equal(sent, `${call('a', INSIDE)}${call('c', INSIDE)}--batch_x--\r\n`);
  });
});

describe('Microsoft Graph', () => {
  it('what is allowed arrives as the SDK made it, recipients elsewhere are taken out', async () => {
    for (const one of graphSaid.slice(0, 2)) dataOf(one);
    const bodies = await Promise.all(graph.received.slice(0, 2).map((one) => one.body()));
    for (const body of bodies) assert.equal(body.toString(), JSON.stringify({ message: message(INSIDE) }));
  });

  it("what is blocked is the SDK's own error with our reason", () => {
    for (const [said, policy] of [
      [graphSaid[2], 'mail-outside'],
      [graphSaid[3], 'mail-forwarding-outside'],
    ] as const) {
      assert.deepEqual([said?.error['name'], said?.error['statusCode']], ['GraphError', 403]);
      assert.equal(said?.error['code'], 'ErrorAccessDenied');
      assert.match(String(said?.error['message']), new RegExp(`^Interlock: .*policy ${policy}`));
    }
  });

  it('a draft is judged by who it was written to, when it is sent', () => {
    assert.deepEqual(
      graphSaid.slice(4, 8).map(({ ok }) => ok),
      [true, true, true, false],
    );
    assert.match(String(graphSaid[7]?.error['message']), /policy mail-outside/);
  });

  it('of a batch only the refused request does not go, and what waits for it', () => {
    const { responses } = dataOf(graphSaid[8]) as { responses: { id: string; status: number; body?: unknown }[] };
    assert.deepEqual(
      responses.map(({ id, status }) => `${id} ${status}`),
      ['1 202', '2 403', '3 424'],
    );
    assert.match(JSON.stringify(responses[1]?.body), /mail-outside/);
  });
});
