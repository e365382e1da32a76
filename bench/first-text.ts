// Until a client has the first text of a model's streamed answer: from the origin itself, through the gateway as any stream, and read for calls.

import { once } from 'node:events';
import { request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { request as requestHttp } from 'node:http';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CHAT_CHUNKS } from '../test/support/model-answers.ts';
import { startInterlock } from '../test/support/interlock.ts';
import { startOrigin } from '../test/support/origin.ts';
import { createThrowawayCa } from '../test/support/throwaway-ca.ts';

const MODEL = 'api.openai.com';
const PLAIN = 'plain.example.com';
const ROUNDS = 300;
const BODY = JSON.stringify({ model: 'gpt-x', stream: true, messages: [{ role: 'user', content: 'hello' }] });

await using stack = new AsyncDisposableStack();
const ca = stack.use(await createThrowawayCa());
const origin = stack.use(
  await startOrigin({
    leaf: await ca.issue([MODEL, PLAIN, 'localhost']),
    async answer(_request, response, received) {
      await received.body();
      response.statusCode = 200;
      response.setHeader('content-type', 'text/event-stream');
      response.end(CHAT_CHUNKS);
    },
  }),
);
const interlock = stack.use(
  await startInterlock({
    caFiles: [ca.certFile],
    hosts: { [MODEL]: origin.address, [PLAIN]: origin.address },
    entities: [
      { uid: { type: 'Host', id: MODEL }, attrs: {}, parents: [{ type: 'HostList', id: 'models' }] },
      { uid: { type: 'Host', id: PLAIN }, attrs: { writes: true }, parents: [] },
    ],
    policies: '@id("anything")\n@reason("For measuring.")\npermit (principal, action, resource);',
  }),
);
const agent = await interlock.addAgent('free');
const proxy = new URL(agent.env['HTTPS_PROXY'] ?? '');
const proxyCa = readFileSync(agent.env['NODE_EXTRA_CA_CERTS'] ?? '');

async function tunnel(host: string): Promise<TLSSocket> {
  const login = Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64');
  const asked = requestHttp({
    method: 'CONNECT',
    host: proxy.hostname,
    port: proxy.port,
    path: `${host}:443`,
    headers: { 'proxy-authorization': `Basic ${login}` },
  }).end();
  const [, socket] = await once(asked, 'connect');
  return secured(connect({ socket, servername: host, ca: proxyCa }));
}

async function direct(): Promise<TLSSocket> {
  const [host = '', port = ''] = origin.address.split(':');
  return secured(connect({ host, port: Number(port), servername: MODEL, ca: readFileSync(ca.certFile) }));
}

async function secured(socket: TLSSocket): Promise<TLSSocket> {
  await once(socket, 'secureConnect');
  return socket.setNoDelay();
}

/** ms to the first byte of the body, on a connection that stands. */
async function firstText(socket: TLSSocket, host: string, path: string): Promise<number> {
  const began = performance.now();
  const asked = request({
    method: 'POST',
    host,
    path,
    createConnection: () => socket,
    headers: { host, 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY), connection: 'keep-alive' },
  });
  asked.end(BODY);
  const [response] = await once(asked, 'response');
  const [first] = await once(response, 'data');
  const took = performance.now() - began;
  if (response.statusCode !== 200 || !String(first).includes('data:'))
    throw new Error(`${response.statusCode}: ${String(first)}`);
  response.resume();
  if (!response.readableEnded) await once(response, 'end');
  return took;
}

const WAYS = [
  { name: 'from the origin itself', socket: await direct(), host: MODEL, path: '/v1/chat/completions' },
  { name: 'through Interlock, as any stream', socket: await tunnel(PLAIN), host: PLAIN, path: '/stream' },
  { name: 'through Interlock, read for calls', socket: await tunnel(MODEL), host: MODEL, path: '/v1/chat/completions' },
];
const taken = WAYS.map((): number[] => []);
for (let round = -50; round < ROUNDS; round += 1) {
  for (const [at, { socket, host, path }] of WAYS.entries()) {
    const ms = await firstText(socket, host, path);
    if (round >= 0) taken[at]?.push(ms);
    await delay(2);
  }
}
process.stdout.write('| first text | p50 ms | p90 ms |\n|---|---|---|\n');
for (const [at, { name, socket }] of WAYS.entries()) {
  const sorted = (taken[at] ?? []).toSorted((a, b) => a - b);
  const told = [0.5, 0.9].map((share) => (sorted[Math.floor(share * sorted.length)] ?? Number.NaN).toFixed(2));
  process.stdout.write(`| ${name} | ${told.join(' | ')} |\n`);
  socket.destroy();
}
