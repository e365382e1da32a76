// A batch in part: only where the bundle says so, only what is blocked is refused, and what is left is judged as a request of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Action } from '../../src/classify/action.ts';
import type { Constraint } from '../../src/decide/constraint.ts';
import type { Judgement, Verdict } from '../../src/decide/judgement.ts';
import { propose } from '../../src/classify/propose.ts';
import { decide } from '../../src/enforce/constrain.ts';
import type { Decision } from '../../src/enforce/decision.ts';
import { InterlockError } from '../../src/errors.ts';
import { HeaderList } from '../../src/http/headers.ts';
import type { Batch } from '../../src/providers/batch.ts';
import type { Refusal } from '../../src/providers/refusal.ts';
import { handMade, judgementOf, NO_WISHES, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const HOST = 'batch.example.com';
const ITEMS = ['a', 'b', 'c'];
const CAP: Constraint = { name: 'cap', type: 'set', field: '/x', value: 1 };

/** A comma-separated list that is answered in the same order. */
function listBatch(joined: ReadonlyMap<number, Refusal>[] = [], parts: Partial<Batch> = {}): Batch {
  return {
    items: ITEMS.map((_, i) => [i]),
    without: (refused) => ({ bytes: Buffer.from(ITEMS.filter((_, i) => !refused.has(i)).join()), changed: ['list: shorter'] }),
    join(answer, refused) {
      joined.push(refused);
      const rest = answer.body.toString().split(',');
      const all = ITEMS.map((_, i) => refused.get(i)?.policies.join() ?? rest.shift());
      return { status: 200, headers: ['content-type', 'text/list'], body: Buffer.from(all.join()) };
    },
    ...parts,
  };
}

interface Given {
  readonly blocked?: readonly number[];
  readonly again?: readonly [Verdict, Partial<Judgement>?];
  readonly batch?: Batch | null;
  readonly asksFor?: boolean;
  readonly cause?: string | null;
  readonly claimedMethods?: readonly string[];
  readonly actions?: number;
}

async function run(given: Given = {}): Promise<Decision & { readonly asked: number }> {
  const { blocked = [1], again = ['ALLOW'], batch = listBatch(), asksFor = true, cause = null, actions: count = 3 } = given;
  const made = handMade('POST', '/list', 'a,b,c', { host: HOST, headers: ['Accept-Encoding', 'gzip', 'Content-Digest', 'x'] });
  const request = { ...made.request, claimedMethods: given.claimedMethods ?? [] };
  const exchange = { ...made, request, cause };
  const [action] = proposalOf(exchange).actions;
  const actions: Action[] = Array.from({ length: count }, (_, i) => ({ ...(action ?? assert.fail()), name: `item.${i}` }));
  const body = { bytes: Buffer.from('a,b,c'), problem: null };
  const provider = fakeProvider('lister', ['*'], { batch: () => batch });
  const proposal = proposalOf(exchange, { request, provider, body, actions });
  let asked = 0;
  const decision = await decide(exchange, PRINCIPAL, proposal, {
    ...NO_WISHES,
    wishes: { asksFor: (ref, wish) => asksFor && ref.type === 'Host' && ref.id === HOST && wish === 'partialBatches' },
    judge: {
      bundle: 'b',
      mayPassUnopened: () => false,
      mayApprove: () => false,
      userBy: () => null,
      judge(_principal, judged) {
        asked += 1;
        if (asked > 1) return judgementOf(again[0], proposalOf(exchange, { actions: judged }), again[1]);
        const whole = judgementOf('BLOCK', proposal);
        return {
          ...whole,
          actions: whole.actions.map((one, i) => ({
            ...one,
            verdict: blocked.includes(i) ? 'BLOCK' : 'ALLOW',
            policies: [`p${i}`],
          })),
        };
      },
    },
  });
  return { ...decision, asked };
}

test('the blocked items are taken out, the rest is judged again, and both are on record', async () => {
  const decision = await run();
  assert.deepEqual([decision.verdict, decision.asked, decision.rejudged?.verdict], ['CONSTRAIN', 2, 'ALLOW']);
  assert.equal(decision.substitute?.body.bytes.toString(), 'a,c');
  assert.deepEqual(decision.substitute?.bytes, { kind: 'whole' });
  assert.deepEqual(decision.substitute?.changed, ['list: shorter', 'item 2 refused: p1']);
  assert.deepEqual(decision.substitute?.request.headers.raw, ['content-length', '3']);
  assert.deepEqual(
    decision.judgement.actions.map((one) => one.verdict),
    ['ALLOW', 'BLOCK', 'ALLOW'],
  );
  assert.equal(decision.revised?.actions[0]?.name, 'http.write', 'what is left is classified anew');
});

test('the answers are joined: the refused item’s error in its place, with its policies and the entry', async () => {
  const joins: ReadonlyMap<number, Refusal>[] = [];
  const decision = await run({ batch: listBatch(joins) });
  const answer = {
    status: 207,
    headers: new HeaderList(['Content-Encoding', 'gzip', 'Content-Type', 'x', 'ETag', '"1"', 'X-Kept', '1']),
    body: gzipSync('A,C'),
  };
  const native = await decision.substitute?.settle?.(answer, '42');
  assert.deepEqual([native?.body.toString(), native?.headers], ['A,p1,C', ['X-Kept', '1', 'content-type', 'text/list']]);
  const refusal = joins[0]?.get(1);
  assert.deepEqual(
    [joins[0]?.size, refusal?.kind, refusal?.entry, refusal?.policies, refusal?.reason, refusal?.status],
    [1, 'blocked', '42', ['p1'], 'because', 403],
  );
});

test('an error for all of it goes on untouched; an answer that can not be read is no answer', async () => {
  const settle = (await run()).substitute?.settle ?? assert.fail();
  const body = gzipSync('no');
  const failed = await settle({ status: 401, headers: new HeaderList(['content-encoding', 'gzip', 'x', '1']), body }, '1');
  assert.deepEqual(failed, { status: 401, headers: ['x', '1', 'content-encoding', 'gzip'], body });
  for (const coding of ['lz4', 'br'])
    await throwsWithCode('UPSTREAM_PROTOCOL', () =>
      settle({ status: 200, headers: new HeaderList(['content-encoding', coding]), body }, '1'),
    );
});

test('what waits for people waits with all that is left', async () => {
  const waits = [{ policy: 'w', reason: 'r', approvers: ['finance'], quorum: 1 }];
  const decision = await run({ again: ['WAIT', { waits }] });
  assert.deepEqual([decision.verdict, decision.rejudged?.waits], ['WAIT', waits]);
});

// INVARIANT: a batch goes in part only where that was asked for, and only what policy lets go.
for (const [name, given] of Object.entries<Given>({
  'the bundle does not say so': { asksFor: false },
  'all items are blocked': { blocked: [0, 1, 2] },
  'the rest is blocked': { again: ['BLOCK'] },
  'the rest would have to be changed': { again: ['CONSTRAIN', { constraints: [CAP] }] },
  'it is a request of our own': { cause: 'x0' },
  'it claims another method': { claimedMethods: ['PUT'] },
  'the provider can not take it apart': { batch: null },
  'an action belongs to no item': { actions: 4 },
  'an item names no action': { batch: listBatch([], { items: [[0], [1], [2], []] }) },
  'an item names an action that is not there': { batch: listBatch([], { items: [[0], [1], [2, 7]] }) },
  'taking out fails': {
    batch: listBatch([], {
      without: () => {
        throw new InterlockError('CONSTRAINT_FAILED', 'signed');
      },
    }),
  },
}))
  test(`it is refused as a whole when ${name}`, async () => {
    const decision = await run(given);
    assert.deepEqual([decision.verdict, decision.substitute, decision.reason], ['BLOCK', null, 'because']);
  });

test('an action that two items share is blocked for both', async () => {
  const decision = await run({ batch: listBatch([], { items: [[0], [1, 2], [1]] }), blocked: [1] });
  assert.equal(decision.substitute?.body.bytes.toString(), 'a');
});

test('INVARIANT: what is judged again is read from the bytes of what is left', async () => {
  const text = '{"delete":{"_index":"audit"}}\n{"create":{"_index":"orders"}}\n{"a":2}\n';
  const headers = ['Content-Type', 'application/x-ndjson'];
  const exchange = handMade('POST', '/_bulk', text, { host: 'search.example.com', headers });
  const judged: string[] = [];
  const decision = await decide(exchange, PRINCIPAL, await propose(exchange, 10_000), {
    ...NO_WISHES,
    wishes: { asksFor: () => true },
    judge: {
      bundle: 'b',
      mayPassUnopened: () => false,
      mayApprove: () => false,
      userBy: () => null,
      judge(_principal, actions) {
        judged.push(actions.map(({ name }) => name).join());
        const whole = judgementOf(judged.length === 1 ? 'BLOCK' : 'ALLOW', proposalOf(exchange, { actions }));
        const verdictOf = (name: string): Verdict => (name === 'database.delete' ? 'BLOCK' : 'ALLOW');
        return { ...whole, actions: whole.actions.map((one) => ({ ...one, verdict: verdictOf(one.action.name) })) };
      },
    },
  });
  assert.deepEqual(judged, ['database.delete,database.insert', 'database.insert']);
  assert.equal(decision.substitute?.body.bytes.toString(), '{"create":{"_index":"orders"}}\n{"a":2}\n');
});
