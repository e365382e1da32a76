// What is judged anew before it is put on record: by the bundle that is in force then.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InterlockError } from '../src/errors.ts';
import { CAP, refund, rig } from './support/stage-rig.ts';

// As an operator's new bundle does while a rewrite looks something up.
test('what a bundle let go that is in force no more is judged anew, and what is recorded is what that says', async () => {
  for (const [first, ...others] of [
    [['ALLOW', { bundle: 'before' }], ['BLOCK']],
    [['CONSTRAIN', { constraints: [CAP], bundle: 'before' }], ['ALLOW'], ['BLOCK']],
    [['CONSTRAIN', { constraints: [CAP] }], ['ALLOW', { bundle: 'next' }], ['BLOCK']],
  ] as const) {
    const { ledger, sent, run } = rig({ says: (asked) => [first, ...others][asked] ?? ['BLOCK'] });
    assert.deepEqual([(await run(refund())).status, sent], [403, []]);
    assert.deepEqual(
      ledger.bodies('verdict').map((one) => [one.verdict, one.bundle]),
      [['BLOCK', 'digest']],
    );
  }
});

test('an edit that approvers chose is asked about anew when another bundle came into force while it was made', async () => {
  const offering = ['WAIT', { offers: [CAP] }] as const;
  for (const [rejudged, left] of [
    [['ALLOW'], 1],
    [['ALLOW', { bundle: 'next' }], 0],
  ] as const) {
    const says = [offering, ['ALLOW'], offering, rejudged] as const;
    const { sent, run } = rig({ says: (asked) => says[asked] ?? ['BLOCK'], edit: 'cap' });
    assert.equal((await run(refund())).status, left === 1 ? 200 : 403);
    assert.equal(sent.length, left);
  }
});

test('an edit does not go by an approver who is none any more when it is made', async () => {
  const offering = ['WAIT', { offers: [CAP] }] as const;
  for (const [lost, left] of [
    [Number.POSITIVE_INFINITY, 1],
    [1, 0],
  ] as const) {
    const says = [offering, ['ALLOW'], offering, ['ALLOW'], offering, ['ALLOW']] as const;
    const { sent, run } = rig({
      says: (asked) => says[asked] ?? ['BLOCK'],
      edit: 'cap',
      // The first look is before the edit is made.
      covers: (asked) => asked < lost,
    });
    assert.equal((await run(refund())).status, left === 1 ? 200 : 403);
    assert.equal(sent.length, left);
  }
});

test('an edit does not go for an agent that was revoked while it was made', async () => {
  const offering = ['WAIT', { offers: [CAP] }] as const;
  const says = [offering, ['ALLOW'], offering, ['ALLOW']] as const;
  let made = false;
  const { sent, ledger, run } = rig({
    says(asked) {
      made = asked === 3;
      return says[asked] ?? ['BLOCK'];
    },
    edit: 'cap',
  });
  const exchange = refund();
  const { identify } = exchange;
  const revoked = (): never => {
    throw new InterlockError('IDENTITY_REJECTED', 'it was revoked');
  };
  const asked = { ...exchange, identify: () => (made ? revoked() : identify()) };
  assert.equal((await run(asked)).status, 407);
  assert.deepEqual(sent, []);
  assert.ok(!ledger.bodies('verdict').some(({ verdict }) => verdict === 'CONSTRAIN'), 'no verdict says that it went');
});
