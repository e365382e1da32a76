// Who is calling: proved at the proxy, on each request, and told to nobody behind it.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { openProxy, openTls, proxyAuthorization } from '../support/raw-connection.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startOrigin({ leaf: await ca.issue(['who.e2e.test', 'api.stripe.com']) }));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'who.e2e.test': origin.address, 'api.stripe.com': origin.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
  }),
);
const agent = await interlock.addAgent('known', { teams: ['support'] });

describe('without a good token', () => {
  it('answers CONNECT with 407 that says how, and nothing is dialled', async () => {
    const before = origin.connections;
    using connection = await openProxy(interlock);
    connection.write('CONNECT who.e2e.test:443 HTTP/1.1\r\nHost: who.e2e.test:443\r\n\r\n');
    const answer = await connection.answer();
    assert.equal(answer.status, 407);
    assert.match(answer.head, /proxy-authenticate: basic/i);
    assert.match(answer.body, /agent/i);
    assert.equal(origin.connections, before);
  });

  for (const [name, username, token] of [
    ['a wrong token', 'known', 'not-the-token'],
    ['an unknown agent', 'stranger', agent.token],
    ["another agent's token", 'known', 'placeholder'],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const given = token === 'placeholder' ? (await interlock.addAgent('second')).token : token;
      const answer = await curl(interlock.login(username, given), ['https://who.e2e.test/refused']);
      assert.notEqual(answer.code, 0);
      assert.match(answer.stderr, /407/);
      assert.equal(origin.of('/refused').length, 0);
    });
  }

  it('answers an absolute-form request with 407 too', async () => {
    using connection = await openProxy(interlock);
    connection.write('GET http://who.e2e.test/ HTTP/1.1\r\nHost: who.e2e.test\r\n\r\n');
    assert.equal((await connection.answer()).status, 407);
  });
});

describe('a good token', () => {
  it('works as Basic and as Bearer, with a session in the name', async () => {
    for (const username of ['known', 'known~run-7']) {
      const answer = await curl(interlock.login(username, agent.token), ['https://who.e2e.test/basic']);
      assert.equal(answer.status, 200, answer.stderr);
    }
    using connection = await openProxy(interlock);
    connection.write(
      `CONNECT who.e2e.test:443 HTTP/1.1\r\nHost: who.e2e.test:443\r\nProxy-Authorization: Bearer ${agent.token}\r\n\r\n`,
    );
    assert.equal((await connection.head()).status, 200);
    const verdicts = await interlock.bodies('verdict');
    assert.ok(verdicts.some((one) => one.agent === 'known' && one.session === 'run-7'));
  });

  it('never travels on, wherever the client puts it', async () => {
    using connection = await openTls(interlock, agent, 'who.e2e.test:443');
    connection.write(
      `GET /leak HTTP/1.1\r\nHost: who.e2e.test\r\n${proxyAuthorization(agent)}Proxy-Connection: keep-alive\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n`,
    );
    assert.equal((await connection.answer()).status, 200);
    const [arrived] = origin.of('/leak');
    assert.ok(arrived !== undefined);
    for (const name of ['proxy-authorization', 'proxy-connection', 'x-hop']) assert.deepEqual(arrived.all(name), [], name);
    assert.ok(!JSON.stringify(arrived.headers).includes(agent.token));
  });

  it('is in no log line and in no entry', async () => {
    await curl(agent, ['https://who.e2e.test/quiet', '-H', 'Authorization: Bearer sk_secret_of_the_vendor']);
    const said = `${interlock.gateway.log()}${JSON.stringify(await interlock.tail())}`;
    assert.ok(!said.includes(agent.token));
    assert.ok(!said.includes('sk_secret_of_the_vendor'));
  });
});

describe('a revoked or rotated token', () => {
  it('fails its next request, also over a connection that was opened with it', async () => {
    const leaving = await interlock.addAgent('leaving');
    using open = await openTls(interlock, leaving, 'who.e2e.test:443');
    open.write('GET /leaving/1 HTTP/1.1\r\nHost: who.e2e.test\r\n\r\n');
    assert.equal((await open.answer()).status, 200);
    assert.equal((await interlock.cli(['agents', 'revoke', 'leaving'])).code, 0);
    open.write('GET /leaving/2 HTTP/1.1\r\nHost: who.e2e.test\r\n\r\n');
    assert.notEqual((await open.answer()).status, 200);
    const anew = await curl(leaving, ['https://who.e2e.test/leaving/3']);
    assert.match(anew.stderr, /407/);
    assert.deepEqual(
      origin.of('/leaving/').map((one) => one.target),
      ['/leaving/1'],
    );
  });

  it('fails the request whose body is still on its way', async () => {
    const slow = await interlock.addAgent('slow', { teams: ['support'] });
    using open = await openTls(interlock, slow, 'api.stripe.com:443');
    open.write(
      'POST /v1/refunds HTTP/1.1\r\nHost: api.stripe.com\r\nAuthorization: Bearer sk_test_interlock\r\nExpect: 100-continue\r\n' +
        'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 20\r\n\r\n',
    );
    // It is read from here on, to be judged.
    assert.equal((await open.head()).status, 100);
    await interlock.operator.revokeAgent('slow');
    open.write('charge=ch_1&amount=5');
    assert.equal((await open.answer()).status, 407);
    assert.equal(origin.of('/v1/refunds').length, 0);
    assert.ok((await interlock.bodies('verdict')).every((one) => one.agent !== 'slow'));
  });

  it('gives way to the new one at once', async () => {
    const first = await interlock.addAgent('turning');
    const rotated = await interlock.json(['agents', 'rotate', 'turning']);
    const token = typeof rotated === 'object' && rotated !== null ? String(Reflect.get(rotated, 'token')) : '';
    assert.match((await curl(first, ['https://who.e2e.test/turning'])).stderr, /407/);
    assert.equal((await curl(interlock.login('turning', token), ['https://who.e2e.test/turning'])).status, 200);
  });

  it('is no approver: an agent token decides no ticket', async () => {
    const ran = await interlock.cli(['tickets', 'approve', 't_none'], { INTERLOCK_TOKEN: agent.token });
    assert.equal(ran.code, 1);
  });
});
