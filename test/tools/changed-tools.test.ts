// A bundle that comes into force between the reading of a call and its judgement: one bundle says what it does and judges it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BundleJudge } from '../../src/decide/bundle-judge.ts';
import type { SeenCall } from '../../src/providers/call-reader.ts';
import type { CallsObservation } from '../../src/providers/observation.ts';
import { policy, principal } from '../decide/bundle-fixture.ts';
import { callWire } from '../support/call-wire.ts';
import { NO_GRANTS } from '../support/exchange.ts';
import { memoryLedger } from '../support/memory-ledger.ts';
import { MAPPED, REFUND, toolBundle } from '../support/tool-bundle.ts';

const unused = (): never => assert.fail('not asked for here');
const SEEN: SeenCall = { key: '0', tool: 'refund', arguments: REFUND.arguments, form: 'json', sure: true, isTooLong: false };
const OF: CallsObservation = { kind: 'calls', api: 'openai-chat', model: 'gpt-x', open: () => null };

const PERMIT = policy('calls', 'permit (principal, action == Action::"llm.tool-call", resource);');
const REFUNDS = 'permit (principal, action == Action::"payment.refund", resource)';
const STRICT = toolBundle({ name: 'strict', policies: PERMIT.replace('permit', 'forbid') });
const MAPPING = toolBundle({
  name: 'mapping',
  policies: `${PERMIT}${policy('refunds', `${REFUNDS.replace('permit', 'forbid')};`)}`,
  tools: MAPPED,
});
const OPEN = toolBundle({ name: 'open', policies: `${PERMIT}${policy('refunds', `${REFUNDS};`)}`, tools: MAPPED });

/** `inForce`: one for each reading; another one comes into force right after it. */
async function judged(...inForce: readonly BundleJudge[]) {
  const ledger = memoryLedger();
  let at = 0;
  const current = (): BundleJudge => inForce[Math.min(at, inForce.length - 1)] ?? unused();
  const gate = callWire({
    judge: {
      get bundle() {
        return current().bundle;
      },
      judge: (who, actions) => current().judge(who, actions),
      mayPassUnopened: () => false,
      mayApprove: () => false,
      userBy: () => null,
    },
    tools: {
      judgesCalls: true,
      actionsOf(call) {
        const actions = current().actionsOf(call);
        at += 1;
        return actions;
      },
    },
    ledger,
    tickets: {
      spendGrant: unused,
      open: unused,
      wait: unused,
      covers: unused,
      get: unused,
      list: unused,
      approve: unused,
      deny: unused,
      watch: () => () => undefined,
      settle: () => Promise.resolve(),
      ...NO_GRANTS,
    },
  });
  const fate = await gate?.judge(SEEN, OF);
  const [verdict] = ledger.bodies('verdict');
  return [fate?.kind, verdict?.bundle, verdict?.actions.map(({ action }) => action).join()];
}

test('neither of the two would have let it go, so both together do not', async () => {
  // What `strict` reads (a call, and no refund) is what `mapping` permits.
  assert.deepEqual(await judged(STRICT, MAPPING), ['replace', 'mapping', 'llm.tool-call,payment.refund']);
});

test('what the new one lets go, goes', async () => {
  assert.deepEqual(await judged(STRICT, OPEN), ['pass', 'open', 'llm.tool-call,payment.refund']);
  assert.deepEqual(await judged(MAPPING, OPEN), ['pass', 'open', 'llm.tool-call,payment.refund']);
});

test('bundles that change faster than a call can be read block it', async () => {
  const [fate] = await judged(STRICT, OPEN, STRICT, OPEN, STRICT, OPEN);
  assert.equal(fate, 'replace');
});

test('a judge blocks what another bundle has read, and says why', () => {
  const { verdict, bundle, reason } = OPEN.judge(principal(), STRICT.actionsOf(REFUND));
  assert.deepEqual([verdict, bundle], ['BLOCK', 'open']);
  assert.match(reason, /tools\.yaml has changed since the call was read/);
  assert.equal(OPEN.judge(principal(), OPEN.actionsOf(REFUND)).verdict, 'ALLOW');
});
