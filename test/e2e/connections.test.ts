// HTTP through the proxy by unmodified clients: every pairing of protocols, streams, interim responses, trailers, pools.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { curl, jsonObject, runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { downloadDigest, streamAnswer } from '../support/stream-answers.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';
import { sha256 } from '../support/digest.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const old = stack.use(
  await startOrigin({ leaf: await ca.issue(['h1.e2e.test']), protocols: ['http/1.1'], answer: streamAnswer }),
);
const fresh = stack.use(await startOrigin({ leaf: await ca.issue(['h2.e2e.test']), protocols: ['h2'], answer: streamAnswer }));
const plain = stack.use(await startOrigin({ leaf: null, answer: streamAnswer }));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'h1.e2e.test': old.address, 'h2.e2e.test': fresh.address, 'plain.e2e.test:80': plain.address },
  }),
);
const agent = await interlock.addAgent('connector', { teams: ['engineering'] });

describe('protocols', () => {
  for (const [client, wanted] of [
    ['--http1.1', '1.1'],
    ['--http2', '2'],
  ] as const) {
    for (const [name, origin, protocol] of [
      ['h1.e2e.test', old, 'h1'],
      ['h2.e2e.test', fresh, 'h2'],
    ] as const) {
      it(`bridges curl ${client} to an origin that speaks only ${protocol}`, async () => {
        const answer = await curl(agent, [client, `https://${name}/pair?from=${wanted}`, '-d', 'body of the pair']);
        assert.equal(answer.status, 200, answer.stderr);
        assert.equal(answer.version, wanted);
        const [arrived] = origin.of(`/pair?from=${wanted}`).slice(-1);
        assert.equal(arrived?.protocol, protocol);
        assert.equal(arrived?.servername, name);
        assert.equal((await arrived?.body())?.toString(), 'body of the pair');
      });
    }
  }

  it('forwards an absolute-form request for http', async () => {
    const answer = await curl(agent, ['http://plain.e2e.test/absolute?x=1']);
    assert.equal(answer.status, 200, answer.stderr);
    const [arrived] = plain.of('/absolute');
    assert.equal(arrived?.target, '/absolute?x=1');
    assert.deepEqual(arrived?.all('host'), ['plain.e2e.test']);
  });

  it('keeps header fields in their spelling, their order and their number', async () => {
    await curl(agent, ['--http1.1', 'https://h1.e2e.test/fields', '-H', 'X-CasEd: one', '-H', 'x-twice: a', '-H', 'x-twice: b']);
    const [arrived] = old.of('/fields');
    assert.ok(arrived?.headers.includes('X-CasEd'));
    assert.deepEqual(arrived?.all('x-twice'), ['a', 'b']);
  });
});

describe('streams', () => {
  it('hands over server-sent events as they come', async () => {
    // INVARIANT: nothing is held back: the origin sends the next event when it hears that the one before has come.
    const url = 'https://h1.e2e.test/sse';
    const said = await runClient(agent, 'event-source', { url: `${url}?count=4`, heard: `${url}/heard`, count: 4 });
    assert.ok(said.ok, JSON.stringify(said.error));
    assert.deepEqual(said.result['events'], [{ i: 0 }, { i: 1 }, { i: 2 }, { i: 3 }]);
  });

  it('lets both directions of one h2 exchange flow at once', async () => {
    const answer = await curl(agent, [
      '--http2',
      'https://h2.e2e.test/duplex',
      '-T',
      '-',
      '-X',
      'POST',
      '--expect100-timeout',
      '1',
    ]);
    assert.equal(answer.status, 200, answer.stderr);
  });

  it('carries 30 MB up and down unchanged', async () => {
    const bytes = 30_000_000;
    const down = await curl(agent, ['https://h1.e2e.test/down?bytes=30000000', '-o', `${interlock.folder}/down`]);
    assert.equal(down.status, 200, down.stderr);
    assert.equal(await sha256(`${interlock.folder}/down`), downloadDigest(bytes));
    const up = await curl(agent, ['--http2', 'https://h2.e2e.test/up', '-X', 'POST', '-T', `${interlock.folder}/down`]);
    assert.deepEqual(jsonObject(up.body), { bytes, digest: downloadDigest(bytes) });
  });

  for (const client of ['--http1.1', '--http2']) {
    for (const name of ['h1.e2e.test', 'h2.e2e.test']) {
      it(`tells curl ${client} when the body from ${name} breaks off, and the outcome says so`, async () => {
        const answer = await curl(agent, [client, '--max-time', '30', `https://${name}/half?${client}`]);
        // curl 28 would be its own time-out: it was left to wait for the rest.
        assert.ok(answer.code !== 0 && answer.code !== 28, `curl ended with ${answer.code}`);
        const verdict = (await interlock.bodies('verdict')).at(-1);
        const outcome = await waitFor(async () =>
          (await interlock.bodies('outcome')).find(({ exchange }) => exchange === verdict?.exchange),
        );
        assert.match(String(outcome.error), /UPSTREAM_CLOSED/, JSON.stringify(outcome));
      });
    }
  }
});

describe('interim responses and trailers', () => {
  for (const name of ['h1.e2e.test', 'h2.e2e.test']) {
    it(`passes 103 Early Hints on from ${name}`, async () => {
      const said = await runClient(agent, 'https-request', { url: `https://${name}/early` });
      assert.deepEqual(said.result['interim'], [103], JSON.stringify(said));
    });

    it(`passes trailers on from ${name}`, async () => {
      const said = await runClient(agent, 'https-request', { url: `https://${name}/trailers` });
      assert.deepEqual(said.result['trailers'], { 'x-checksum': 'abc123' }, JSON.stringify(said));
    });

    it(`answers Expect: 100-continue and delivers the body to ${name}`, async () => {
      const said = await runClient(agent, 'https-request', {
        url: `https://${name}/expect`,
        method: 'POST',
        body: 'after the nod',
        expect: true,
      });
      assert.equal(said.result['status'], 200, JSON.stringify(said));
      const arrived = (name.startsWith('h1') ? old : fresh).of('/expect').at(-1);
      assert.equal((await arrived?.body())?.toString(), 'after the nod');
    });
  }
});

describe('what is not passed on', () => {
  it('strips Alt-Svc, which would lead the client around the proxy', async () => {
    const said = await runClient(agent, 'fetch', { url: 'https://h1.e2e.test/headers' });
    const headers = said.result['headers'];
    assert.ok(typeof headers === 'object' && headers !== null);
    assert.equal(Reflect.get(headers, 'alt-svc'), undefined);
    assert.equal(Reflect.get(headers, 'x-kept'), 'yes');
    assert.equal(Reflect.get(headers, 'set-cookie'), 'a=1');
  });

  it('does not take an origin for the proxy: its 407 is not ours', async () => {
    const answer = await curl(agent, ['-i', 'https://h1.e2e.test/407']);
    assert.notEqual(answer.status, 407);
    assert.doesNotMatch(answer.body, /proxy-authenticate/i);
  });

  it('leaves a redirect to the client, and never follows it', async () => {
    const answer = await curl(agent, ['-i', 'https://h1.e2e.test/redirect']);
    assert.equal(answer.status, 302);
    assert.match(answer.body, /location: http:\/\/169\.254\.169\.254/i);
  });
});

describe('pools', () => {
  it('uses one upstream connection again for the same agent and origin', async () => {
    for (let i = 0; i < 3; i += 1) await curl(agent, [`https://h1.e2e.test/pool/${i}`]);
    const used = new Set(old.of('/pool/').map((one) => one.connection));
    assert.equal(used.size, 1);
  });

  it('never shares a connection between two agents', async () => {
    const other = await interlock.addAgent('other');
    await curl(other, ['https://h1.e2e.test/other']);
    const theirs = old.of('/other')[0]?.connection;
    assert.ok(theirs !== undefined);
    assert.ok(!old.of('/pool/').some((one) => one.connection === theirs));
  });
});
