// A running gateway judges beside its traffic: shadow policies and a candidate bundle flip on record and never decide.

import assert from 'node:assert/strict';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runClient } from '../support/agent-client.ts';
import { startInterlock } from '../support/interlock.ts';
import { startStripeOrigin } from '../support/stripe-origin.ts';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import { waitFor } from '../support/wait-for.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

const ca = stack.use(await createThrowawayCa());
const stripe = stack.use(await startStripeOrigin(ca));
const SHADOW = `
@id("no-refunds") @reason("no refunds at all, we think") @shadow("true")
forbid(principal, action == Action::"payment.refund", resource);
`;
const interlock = stack.use(
  await startInterlock({
    warm: true,
    caFiles: [ca.certFile],
    hosts: { 'api.stripe.com': stripe.address },
    entities: [{ uid: { type: 'Account', id: 'stripe' }, attrs: { currency: 'USD' }, parents: [] }],
    policies: SHADOW,
  }),
);
const agent = await interlock.addAgent('support-bot', { teams: ['support'], user: 'ada' });

const refund = (amount: number) => runClient(agent, 'stripe', { args: [{ charge: 'ch_known', amount }] });
const flips = async (side: string) => (await interlock.bodies('shadow')).filter((body) => body.side === side);

describe('a shadow policy', () => {
  it('lets a refund go that it would block, and its flip is on record', async () => {
    const said = await refund(12_50);
    assert.ok(said.ok, JSON.stringify(said.error));
    assert.equal(stripe.movements.length, 1);
    const [flip] = await waitFor(async () => {
      const found = await flips('policies');
      return found.length > 0 ? found : undefined;
    });
    assert.ok(flip !== undefined);
    assert.deepEqual([flip.was, flip.would, flip.policies, flip.agent], ['ALLOW', 'BLOCK', ['no-refunds'], 'support-bot']);
    const verdict = (await interlock.bodies('verdict')).find(({ exchange }) => exchange === flip.exchange);
    assert.equal(verdict?.verdict, 'ALLOW');
    assert.ok(!JSON.stringify(flip).includes('1250'), 'facts are not repeated');
    assert.equal((await interlock.verify()).ok, true);
  });
});

describe('a candidate bundle', () => {
  const next = join(interlock.folder, 'next');

  it('is judged beside the traffic from its start to its stop', async () => {
    await cp(interlock.policiesDir, next, { recursive: true });
    await rm(join(next, 'e2e.cedar'));
    await writeFile(join(next, 'strict.cedar'), SHADOW.replace('@shadow("true")', '').replace('no-refunds', 'never'));
    const started = await interlock.json(['policy', 'shadow', 'start', next]);
    const digest: unknown = Reflect.get(Object(started), 'digest');
    assert.match(String(digest), /^[0-9a-f]{64}$/);
    assert.ok((await refund(13_50)).ok);
    const [flip] = await waitFor(async () => {
      const found = await flips('candidate');
      return found.length > 0 ? found : undefined;
    });
    assert.deepEqual([flip?.bundle, flip?.would, flip?.policies], [digest, 'BLOCK', ['never']]);
    assert.equal(
      Reflect.get(Object(Reflect.get(Object(await interlock.json(['policy', 'shadow', 'status'])), 'candidate')), 'digest'),
      digest,
    );
    await interlock.json(['policy', 'shadow', 'stop']);
    assert.ok((await refund(14_50)).ok);
    assert.equal((await flips('candidate')).length, 1);
    const moves = (await interlock.bodies('bundle')).map(({ move }) => move);
    assert.deepEqual(moves.slice(-2), ['shadow-started', 'shadow-stopped']);
  });

  it('is refused when it would not load', async () => {
    await writeFile(join(next, 'strict.cedar'), 'permit(');
    const refused = await interlock.cli(['policy', 'shadow', 'start', next]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /strict\.cedar/);
  });
});
