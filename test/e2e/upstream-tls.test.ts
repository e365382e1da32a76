// The upstream's certificate: a bad one is a clear 502 that names the failure, and nothing of the request is sent.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { curl } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startOrigin, type Origin, type OriginOptions } from '../support/origin.ts';
import { createThrowawayCa, type LeafOptions } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const DAY_MS = 86_400_000;
const ca = stack.use(await createThrowawayCa());
const stranger = stack.use(await createThrowawayCa('A CA that nobody trusts'));

interface BadOrigin {
  readonly name: string;
  readonly says: RegExp;
  readonly leaf?: LeafOptions;
  /** What the certificate is for, when not its own name. */
  readonly for?: string;
  readonly from?: typeof ca;
  readonly tls?: OriginOptions['tls'];
}

const BAD: readonly BadOrigin[] = [
  {
    name: 'expired',
    says: /expired/i,
    leaf: { notBefore: new Date(Date.now() - 3 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) },
  },
  {
    name: 'future',
    says: /not (?:yet )?valid (?:yet)?/i,
    leaf: { notBefore: new Date(Date.now() + DAY_MS), notAfter: new Date(Date.now() + 2 * DAY_MS) },
  },
  { name: 'wrong-name', says: /name|altnames|not (?:valid )?for/i, for: 'elsewhere.e2e.test' },
  { name: 'self-signed', says: /self.signed/i, leaf: { selfSigned: true } },
  { name: 'unknown-ca', says: /issuer|authority|trust|self.signed/i, from: stranger },
  { name: 'common-name-only', says: /alternative name|SAN|altname/i, leaf: { alternativeNames: false } },
  { name: 'client-auth', says: /purpose|usage/i, leaf: { clientAuthOnly: true } },
  { name: 'rsa-1024', says: /key|security level|weak|small/i, leaf: { rsaBits: 1024 } },
  {
    name: 'tls-1-1',
    says: /version|protocol|TLS/i,
    tls: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  },
];

const origins = new Map<string, Origin>();
for (const bad of BAD) {
  const own = `${bad.name}.e2e.test`;
  const tls = bad.leaf?.rsaBits === undefined ? bad.tls : { ciphers: 'DEFAULT@SECLEVEL=0' };
  const leaf = await (bad.from ?? ca).issue([bad.for ?? own], bad.leaf);
  origins.set(own, stack.use(await startOrigin({ leaf, ...(tls === undefined ? {} : { tls }) })));
}
const good = stack.use(await startOrigin({ leaf: await ca.issue(['good.e2e.test']) }));
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: {
      'good.e2e.test': good.address,
      'nobody.e2e.test': '127.0.0.1:1',
      ...Object.fromEntries([...origins].map(([name, origin]) => [name, origin.address])),
    },
  }),
);
const agent = await interlock.addAgent('careful', { teams: ['engineering'] });

describe('a bad upstream certificate', () => {
  for (const bad of BAD) {
    it(`${bad.name}: 502, and says so`, async () => {
      const name = `${bad.name}.e2e.test`;
      const answer = await curl(agent, ['-i', `https://${name}/secret`, '-d', 'password=1']);
      // curl trusts only Interlock's CA here: that it got an answer at all means that the bad certificate was not passed on.
      assert.equal(answer.status, 502, answer.stderr);
      assert.match(answer.body, bad.says);
      assert.match(answer.body, /proxy-status: /i);
      assert.equal(origins.get(name)?.received.length, 0);
    });
  }

  it('each has its verdict entry and an outcome that failed', async () => {
    const entries = await interlock.bodies('verdict');
    for (const bad of BAD) {
      const verdict = entries.find((one) => one.actions.some((action) => action.facts['host'] === `${bad.name}.e2e.test`));
      assert.ok(verdict !== undefined, bad.name);
      const outcome = await waitFor(async () =>
        (await interlock.bodies('outcome')).find((one) => one.exchange === verdict.exchange),
      );
      assert.equal(outcome.result, 'failed', bad.name);
    }
  });
});

describe('other failures upstream', () => {
  it('nobody listens: 502', async () => {
    const answer = await curl(agent, ['-i', 'https://nobody.e2e.test/']);
    assert.equal(answer.status, 502);
    assert.match(answer.body, /refused|connect/i);
  });

  it('a good origin still works', async () => {
    assert.equal((await curl(agent, ['https://good.e2e.test/'])).status, 200);
  });
});
