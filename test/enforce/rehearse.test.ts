// A rehearsal is the wire's decision without the wire: nothing is asked of anybody, and what that leaves open is said.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { loadBundle } from '../../src/decide/bundle.ts';
import { createBundleJudge } from '../../src/decide/bundle-judge.ts';
import { createEngineSlots } from '../../src/decide/engine-slots.ts';
import { sliceTexts } from '../../src/decide/slices.ts';
import { rehearse } from '../../src/enforce/rehearse.ts';
import { readWrittenRequest } from '../../src/http/written-request.ts';
import { PRINCIPAL } from '../support/exchange.ts';

const bundle = await loadBundle(new URL('../../policies', import.meta.url).pathname);
const slots = createEngineSlots();
const generation = slots.prepare(sliceTexts(bundle.slices));
slots.activate(generation);
const judge = createBundleJudge(bundle, slots, generation, { generation: 0, user: () => undefined });

function run(raw: Buffer, lookups = false) {
  const wishes = { asksFor: (_: unknown, wish: string) => lookups && wish === 'lookup' };
  const principal = { ...PRINCIPAL, teams: ['support', 'engineering'] };
  return rehearse(readWrittenRequest(raw), principal, { judge, wishes, inspectBytes: 1_048_576 });
}

const fixture = (path: string) => readFile(new URL(`../fixtures/requests/${path}`, import.meta.url));

test('a large refund would wait, with the policy that asks', async () => {
  const raw = Buffer.from(
    'POST /v1/refunds HTTP/1.1\nHost: api.stripe.com\nAuthorization: Bearer sk_test_1\nContent-Type: application/x-www-form-urlencoded\n\ncharge=ch_1&amount=420000',
  );
  const { decision, unknown } = await run(raw);
  assert.deepEqual([decision.verdict, decision.policies, unknown], ['WAIT', ['refund-large'], null]);
});

test('a push to a guarded branch would become a pull request: where it lands only the server could say', async () => {
  const { decision, unknown } = await run(await fixture('git-push/hit-push-update.http'));
  assert.deepEqual([decision.verdict, decision.substitute, unknown], ['CONSTRAIN', null, 'landing']);
});

test('a look-up that the bundle asks for is not made, and that is said', async () => {
  const raw = Buffer.from(
    'POST /v1/refunds HTTP/1.1\nHost: api.stripe.com\nAuthorization: Bearer sk_test_x\nContent-Type: application/x-www-form-urlencoded\n\ncharge=ch_1',
  );
  assert.equal((await run(raw, true)).unknown, 'look-up');
  assert.equal((await run(raw)).unknown, null);
});
