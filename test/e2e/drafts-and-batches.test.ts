// What an answer taught counts for the next request (drafts, uploads), and a batch goes in part where the bundle says so: raw calls to a local Gmail.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { runClient } from '../support/agent-client.ts';
import { type Login, startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const HOST = 'gmail.googleapis.com';
const WHOLE = 'www.googleapis.com';
const SENT = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"id":"m"}';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());
const ca = stack.use(await createThrowawayCa());
let drafts = 0;
let uploads = 0;
const gmail = stack.use(
  await startOrigin({
    leaf: await ca.issue([HOST, WHOLE]),
    protocols: ['http/1.1'],
    answer: async (_request, response, received) => {
      const body = (await received.body()).toString();
      if (received.target.startsWith('/batch')) {
        const parts = body.split(/^--b/m).length - 2;
        const answers = Array.from(
          { length: parts },
          (_, i) => `--r\r\nContent-Type: application/http\r\nContent-ID: <response-${i}>\r\n\r\n${SENT}\r\n`,
        );
        response.setHeader('content-type', 'multipart/mixed; boundary=r');
        return response.end(`${answers.join('')}--r--\r\n`);
      }
      if (received.target.includes('uploadType=resumable')) {
        uploads += received.method === 'POST' ? 1 : 0;
        const place = `https://${HOST}${received.target}&upload_id=UP${uploads}`;
        if (received.method === 'POST') response.setHeader('location', place);
        return response.end(received.method === 'POST' ? '' : '{"id":"m"}');
      }
      // As Google does: coded when the client takes it, and without a length.
      response.setHeader('content-type', 'application/json');
      response.setHeader('content-encoding', 'gzip');
      return response.end(gzipSync(JSON.stringify({ id: `r${(drafts += 1)}`, message: { id: 'm' } })));
    },
  }),
);
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { [HOST]: gmail.address, [WHOLE]: gmail.address },
    entities: [{ uid: { type: 'Host', id: HOST }, attrs: { partialBatches: true }, parents: [] }],
    config: { approvals: { holdSeconds: 1, grantSeconds: 600 } },
  }),
);
const agent = await interlock.addAgent('mail-bot');
const other = await interlock.addAgent('other-bot');

const mailTo = (address: string): string =>
  JSON.stringify({
    raw: Buffer.from(`From: bot@example.com\r\nTo: ${address}\r\nSubject: Hi\r\n\r\nHello`).toString('base64url'),
  });

interface Options {
  readonly type?: string;
  readonly token?: string;
  readonly host?: string;
  readonly method?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

async function call(login: Login, path: string, body: string, options: Options = {}) {
  const { type = 'application/json', token = 'one', host = HOST, method = 'POST', fields = {} } = options;
  const said = await runClient(login, 'fetch', {
    url: `https://${host}${path}`,
    method,
    headers: { 'content-type': type, authorization: `Bearer ${token}`, ...fields },
    body,
  });
  assert.ok(said.ok, JSON.stringify(said.error));
  return {
    status: Number(said.result['status']),
    text: String(said.result['text']),
    verdict: Reflect.get(Object(said.result['headers']), 'interlock-verdict'),
    location: String(Reflect.get(Object(said.result['headers']), 'location')),
  };
}

describe('a draft that is sent by its id', () => {
  it('is the mail that was put there, for the same agent with the same credential, and unknown to everybody else', async () => {
    const created = await call(
      agent,
      '/gmail/v1/users/me/drafts',
      JSON.stringify({ message: JSON.parse(mailTo('ann@example.com')) }),
    );
    assert.equal(created.status, 200, created.text);
    const { id } = JSON.parse(created.text);
    const send = (login: Login, token?: string) =>
      call(login, '/gmail/v1/users/me/drafts/send', JSON.stringify({ id }), token === undefined ? {} : { token });
    assert.equal((await send(agent)).status, 200);
    assert.deepEqual([(await send(other, 'one')).status, (await send(agent, 'two')).status], [403, 403]);
    const verdicts = (await interlock.bodies('verdict')).slice(-3);
    assert.deepEqual(
      verdicts.map((one) => [one.actions[0]?.facts['recipientsKnown'], one.actions[0]?.facts['domains']]),
      [
        [true, ['example.com']],
        [false, undefined],
        [false, undefined],
      ],
    );
  });
});

describe('a mail that is uploaded in two requests', () => {
  const mail = (to: string): string => `From: bot@example.com\r\nTo: ${to}\r\nSubject: Hi\r\n\r\nHello`;
  const open = async (): Promise<string> => {
    const fields = { 'x-upload-content-type': 'message/rfc822' };
    const { status, location } = await call(agent, '/upload/gmail/v1/users/me/messages/send?uploadType=resumable', '{}', {
      fields,
    });
    assert.equal(status, 200);
    return location.slice(`https://${HOST}`.length);
  };
  const put = (session: string, to: string, token = 'one') =>
    call(agent, session, mail(to), { method: 'PUT', type: 'message/rfc822', token });

  it('is judged by its bytes, once, and only at a session that the same credential opened', async () => {
    const [session, other] = [await open(), await open()];
    const outside = await put(session, 'eve@evil.example');
    assert.deepEqual([outside.status, /mail-outside/.test(outside.text)], [403, true]);
    // What was refused never left, so the session is as it was.
    assert.equal((await put(session, 'ann@example.com')).status, 200);
    assert.equal((await gmail.received.at(-1)?.body())?.toString(), mail('ann@example.com'));
    const again = await put(session, 'ann@example.com');
    const stranger = await put(other, 'ann@example.com', 'two');
    for (const { status, text } of [again, stranger]) assert.match(`${status} ${text}`, /^403 .*policy uninspected-write/);
  });
});

describe('a batch', () => {
  const parts = ['ann@example.com', 'eve@evil.example', 'bob@example.com'].map(
    (address) =>
      `--b\r\nContent-Type: application/http\r\n\r\nPOST /gmail/v1/users/me/messages/send\r\nContent-Type: application/json\r\n\r\n${mailTo(address)}\r\n`,
  );
  const batch = (host: string) =>
    call(agent, '/batch/gmail/v1', `${parts.join('')}--b--`, { type: 'multipart/mixed; boundary=b', host });

  it('goes without its blocked item where the host says so, and the answer has that item’s error in its place', async () => {
    const { status, text, verdict } = await batch(HOST);
    assert.equal(status, 200, text);
    const arrived = (await gmail.received.at(-1)?.body())?.toString() ?? '';
    assert.deepEqual([arrived.split('POST /gmail').length - 1, arrived.includes(mailTo('eve@evil.example'))], [2, false]);
    assert.deepEqual(text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 403', 'HTTP/1.1 200']);
    assert.match(text, /mail-outside/);
    assert.match(String(verdict), /^constrain; entry=\d+; changed=.*item 2 refused: mail-outside/);
    const entry = (await interlock.bodies('verdict')).at(-1);
    assert.deepEqual(
      [entry?.verdict, entry?.actions.map((one) => one.verdict), entry?.substitute.map((one) => one.verdict)],
      ['CONSTRAIN', ['ALLOW', 'BLOCK', 'ALLOW'], ['ALLOW', 'ALLOW']],
    );
  });

  it('is refused as a whole elsewhere', async () => {
    const before = gmail.received.length;
    assert.deepEqual([(await batch(WHOLE)).status, gmail.received.length], [403, before]);
  });
});
