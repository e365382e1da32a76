// The stages in their order over a real ledger contract: what is on record, what leaves, and what a client is told of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Constraint } from '../src/decide/constraint.ts';
import type { Judgement, Verdict } from '../src/decide/judgement.ts';
import { InterlockError } from '../src/errors.ts';
import { handMade } from './support/exchange.ts';
import { CAP, refund, rig } from './support/stage-rig.ts';

const always =
  (verdict: Verdict, parts: Partial<Judgement> = {}) =>
  () =>
    [verdict, parts] as const;

for (const verdict of ['ALLOW', 'ALLOW_LOG'] as const) {
  test(`${verdict}: recorded, sent, and its outcome recorded`, async () => {
    const { ledger, sent, observed, run } = rig({ says: always(verdict) });
    assert.deepEqual(await run(handMade('POST', '/a', 'body')), { status: 200, body: '', verdict: undefined });
    assert.deepEqual(
      ledger.appended.map((one) => [one.body.type, one.durability]),
      [
        ['verdict', 'synced'],
        ['outcome', 'written'],
      ],
    );
    assert.deepEqual(
      sent.map((one) => [one.principal, one.fresh]),
      [['bot', false]],
    );
    assert.deepEqual(observed, ['decided', 'leaving', 'finished']);
  });
}

test('BLOCK: recorded, told, and nothing leaves', async () => {
  const { ledger, sent, observed, run } = rig({ says: always('BLOCK') });
  const { status, body } = await run(handMade('POST', '/a', 'body'));
  assert.equal(status, 403);
  assert.match(body, /because/);
  assert.deepEqual(
    [sent, ledger.bodies('verdict').map((one) => one.verdict), observed],
    [[], ['BLOCK'], ['decided', 'POLICY_BLOCKED']],
  );
});

test('what can not be recorded does not leave, whatever the verdict', async () => {
  for (const verdict of ['ALLOW', 'ALLOW_LOG', 'WAIT'] as const) {
    const { ledger, sent, run } = rig({ says: always(verdict) });
    ledger.failing = true;
    assert.deepEqual([(await run(handMade('POST', '/a', 'body'))).status, sent], [503, []]);
  }
});

test('WAIT: held, and sent over a connection of its own once it was approved', async () => {
  const { ledger, sent, parked, run } = rig({ says: always('WAIT') });
  assert.equal((await run(handMade('POST', '/a', 'body'))).status, 200);
  assert.deepEqual(
    [parked, sent.map((one) => one.fresh), ledger.bodies('verdict').map((one) => one.ticket)],
    [['x1'], [true], ['t_1']],
  );
});

test('what became of an approved request is told: an answer, an error of the upstream that may have acted, none at all', async () => {
  for (const [answers, fate] of [
    [200, 'confirmed'],
    [402, 'confirmed'],
    [500, 'unknown'],
    [null, 'unknown'],
  ] as const) {
    const { fates, run } = rig({ says: always('WAIT'), answers });
    await run(handMade('POST', '/a', 'body'));
    assert.deepEqual(fates, [`t_1 x1 ${fate}`], String(answers));
  }
  const stopped = rig({ says: (asked) => [asked === 0 ? 'WAIT' : 'BLOCK'] });
  await stopped.run(handMade('POST', '/a', 'body'));
  assert.deepEqual(stopped.fates, ['t_1 x1 refused']);
});

for (const outcome of ['denied', 'expired', 'superseded', 'held-out'] as const) {
  test(`WAIT that is ${outcome}: nothing leaves`, async () => {
    const { sent, run } = rig({ says: always('WAIT'), outcome });
    assert.deepEqual([(await run(handMade('POST', '/a', 'body'))).status, sent], [403, []]);
  });
}

test('a grant is spent instead of waiting, and policy is asked again all the same', async () => {
  const granted = rig({ says: always('WAIT'), grant: true, outcome: 'denied' });
  assert.equal((await granted.run(handMade('POST', '/a', 'body'))).status, 200);
  assert.deepEqual(granted.parked, []);
  for (const grant of [true, false]) {
    const changed = rig({ says: (asked) => [asked === 0 ? 'WAIT' : 'BLOCK'], grant });
    assert.deepEqual([(await changed.run(handMade('POST', '/a', 'body'))).status, changed.sent], [403, []]);
  }
});

test("a WAIT on a request of Interlock's own is a refusal: it has nobody to hold", async () => {
  const { ledger, sent, parked, run } = rig({ says: always('WAIT') });
  const { status, body } = await run({ ...handMade('POST', '/a', 'body'), cause: 'x0' });
  assert.deepEqual([status, sent, parked], [403, [], []]);
  assert.match(body, /would need approval/);
  assert.deepEqual(
    ledger.bodies('verdict').map((one) => [one.cause, one.verdict]),
    [
      ['x0', 'WAIT'],
      ['x0', 'BLOCK'],
    ],
  );
});

test('CONSTRAIN: the substitute leaves, and the client is told what was changed', async () => {
  const { ledger, sent, run } = rig({ says: (asked) => (asked === 0 ? ['CONSTRAIN', { constraints: [CAP] }] : ['ALLOW']) });
  const { verdict } = await run(refund());
  assert.match(String(sent[0]?.body), /amount=1(&|$)/);
  assert.match(verdict ?? '', /^constrain; entry=0; changed="[ -~]*amount[ -~]*"$/);
  assert.deepEqual(
    ledger.bodies('verdict').map((one) => one.constraints),
    [['cap']],
  );
});

test("Interlock's own requests get answers, not fields of ours", async () => {
  const { run } = rig({ says: (asked) => (asked === 0 ? ['CONSTRAIN', { constraints: [CAP] }] : ['ALLOW']) });
  assert.equal((await run({ ...refund(), cause: 'x0' })).verdict, undefined);
});

for (const [name, field] of [
  ['odd', 'metadata[a"\\é\r\nx-evil: 1]'],
  ['cut at a quote', `metadata[${'"'.repeat(1_000)}]`],
  ['cut one before it', `metadata[a${'"'.repeat(1_000)}]`],
] as const) {
  test(`what was changed can not end its own field (${name})`, async () => {
    const odd: Constraint = { ...CAP, field, value: 'v' };
    const { verdict } = await rig({ says: (asked) => (asked === 0 ? ['CONSTRAIN', { constraints: [odd] }] : ['ALLOW']) }).run(
      refund(),
    );
    const [, changed = ''] = /^constrain; entry=0; changed="(.*)"$/s.exec(verdict ?? '') ?? [];
    assert.match(changed, /\\"/);
    assert.match(changed, /^(?:[ !#-[\]-~]|\\["\\])+$/);
    assert.ok(changed.length <= 1_000);
  });
}

test('a fault of the protocol layers is on record and ends there', async () => {
  const { ledger, sent, run } = rig({ says: always('ALLOW') });
  const { status } = await run({
    ...handMade('POST', '/a', 'body'),
    fault: new InterlockError('AUTHORITY_MISMATCH', 'another host'),
  });
  assert.deepEqual([status, sent, ledger.bodies('verdict').map((one) => one.code)], [421, [], ['AUTHORITY_MISMATCH']]);
});
