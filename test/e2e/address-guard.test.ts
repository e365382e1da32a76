// Where the proxy never dials: itself and everything that is not the public internet, unless an operator wrote it down.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin } from '../support/origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const origin = stack.use(await startOrigin({ leaf: await ca.issue(['pinned.e2e.test', 'localhost', '127.0.0.1']) }));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'pinned.e2e.test': origin.address },
    config: { proxy: { connectPorts: [443, origin.port] } },
  }),
);
const agent = await interlock.addAgent('explorer', { teams: ['engineering'] });
const own = new URL(interlock.gateway.proxyUrl).port;
const console = new URL(interlock.gateway.consoleUrl).port;

const REFUSED: readonly (readonly [name: string, url: string])[] = [
  ['loopback by name', `https://localhost:${origin.port}/`],
  ['loopback by address', `https://127.0.0.1:${origin.port}/`],
  ['loopback, another spelling of it', `https://127.1:${origin.port}/`],
  ['loopback in decimal', `https://2130706433:${origin.port}/`],
  ['loopback, IPv4 in IPv6', `https://[::ffff:127.0.0.1]:${origin.port}/`],
  ['loopback, IPv6', `https://[::1]:${origin.port}/`],
  ['cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
  ['cloud metadata in NAT64', 'http://[64:ff9b::a9fe:a9fe]/'],
  ['cloud metadata, Azure', 'http://168.63.129.16/'],
  ['private, 10/8', 'http://10.0.0.1/'],
  ['private, 192.168/16', 'https://192.168.1.1/'],
  ['carrier-grade NAT', 'http://100.100.100.200/'],
  ['unique local', 'https://[fd00:ec2::254]/'],
  ['multicast', 'http://224.0.0.1/'],
  ['unspecified', 'http://0.0.0.0/'],
  ['the proxy itself', `http://127.0.0.1:${own}/`],
  ['the console', `http://127.0.0.1:${console}/v1/tickets`],
];

describe('addresses that are not the public internet', () => {
  for (const [name, url] of REFUSED) {
    it(`are refused: ${name}`, async () => {
      const before = origin.connections;
      const answer = await curl(agent, ['-g', url, '-o', '/dev/null']);
      // Inside CONNECT the refusal is the exchange's own; a bad authority is refused at CONNECT itself.
      assert.ok(
        answer.status === 403 || answer.status === 400 || /(?:403|400)/.test(answer.stderr),
        `${answer.status} ${answer.stderr}`,
      );
      assert.equal(origin.connections, before);
    });
  }

  it('are let through when the name is pinned', async () => {
    assert.equal((await curl(agent, ['https://pinned.e2e.test/ok'])).status, 200);
  });

  it('each has an entry that says why', async () => {
    const refused = (await interlock.bodies('verdict')).filter((one) => one.verdict === 'BLOCK');
    assert.ok(
      refused.some((one) => one.code === 'ADDRESS_DENIED'),
      JSON.stringify(refused.map((one) => one.code)),
    );
  });
});

describe('ports', () => {
  it('that CONNECT may not name are refused and recorded', async () => {
    const answer = await curl(agent, ['https://pinned.e2e.test:22/']);
    assert.notEqual(answer.code, 0);
    assert.match(answer.stderr, /403/);
  });
});
