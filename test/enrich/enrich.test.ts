// When a vendor is asked, with what, and what comes of every way in which it does not answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Proposal } from '../../src/classify/proposal.ts';
import { enrich } from '../../src/enrich/enrich.ts';
import type { OriginatedAnswer, OriginatedRequest } from '../../src/enforce/originate.ts';
import { HeaderList } from '../../src/http/headers.ts';
import type { Lookup } from '../../src/providers/lookup.ts';
import { handMade, PRINCIPAL, proposalOf } from '../support/exchange.ts';
import { fakeProvider } from '../support/fake-provider.ts';

const HEADERS = ['Authorization', 'Bearer k', 'X-Account', '7', 'Cookie', 'c=1'];
const exchange = handMade('POST', '/refunds', 'body', { host: 'api.example.com', headers: HEADERS });

const LOOKUP: Lookup = {
  action: 0,
  method: 'GET',
  target: '/charges/1',
  copiedHeaders: ['authorization', 'x-account', 'x-absent'],
  headers: ['x-own', '1'],
  body: Buffer.alloc(0),
  read: (answer) => ({ note: answer.toString() }),
};

interface Given {
  readonly lookups?: readonly Lookup[];
  readonly asksFor?: boolean;
  readonly proposal?: Partial<Proposal>;
  readonly answer?: Partial<OriginatedAnswer> | Error;
  readonly cause?: string | null;
}

async function run(given: Given = {}): Promise<{ readonly asked: OriginatedRequest[]; readonly proposal: Proposal }> {
  const { lookups = [LOOKUP], asksFor = true, answer = {}, cause = null } = given;
  const asked: OriginatedRequest[] = [];
  const provider = fakeProvider('vendor', ['*'], { lookups: () => lookups });
  const proposal = await enrich({ ...exchange, cause }, PRINCIPAL, proposalOf(exchange, { provider, ...given.proposal }), {
    wishes: { asksFor: (ref, wish) => asksFor && ref.id === 'api.example.com' && wish === 'lookup' },
    originate: (request) => {
      asked.push(request);
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ status: 200, headers: new HeaderList([]), body: Buffer.from('told'), refused: null, ...answer });
    },
  });
  return { asked, proposal };
}

test('the vendor is asked with the credential of the request, for its exchange, bounded', async () => {
  const { asked, proposal } = await run();
  const { principal, body, ...rest } = asked[0] ?? assert.fail('not asked');
  assert.deepEqual([asked.length, principal, body.length], [1, PRINCIPAL, 0]);
  assert.deepEqual(rest, {
    method: 'GET',
    scheme: 'https',
    authority: exchange.request.authority,
    target: '/charges/1',
    headers: ['authorization', 'Bearer k', 'x-account', '7', 'accept-encoding', 'identity', 'x-own', '1'],
    cause: 'x1',
    timeoutMs: 5_000,
    maxAnswerBytes: 1024 * 1024,
  });
  assert.equal(proposal.actions[0]?.facts['note'], 'told');
  assert.equal(proposal.lookedUp, true);
});

test('only where the bundle says so, and never for a request of our own', async () => {
  for (const given of [{ asksFor: false }, { cause: 'x0' }, { proposal: { provider: null } }, { lookups: [] }]) {
    const { asked, proposal } = await run(given);
    assert.deepEqual([asked, proposal.lookedUp], [[], false]);
  }
});

test('only for what was read surely, in its one reading', async () => {
  const uninspected = proposalOf(exchange).actions.map((action) => ({ ...action, facts: { ...action.facts, inspected: false } }));
  const claiming = { ...exchange.request, claimedMethods: ['DELETE'] };
  for (const proposal of [
    { actions: uninspected },
    { body: { bytes: Buffer.alloc(0), problem: 'too large' } },
    { request: claiming },
  ])
    assert.deepEqual((await run({ proposal })).asked, []);
});

for (const [name, answer] of Object.entries({
  'a failure on the way': new Error('down'),
  'a refusal by policy, whatever its status': { status: 200, refused: 'no' },
  'an error of the vendor': { status: 404 },
  'a redirect': { status: 302 },
  'a coding that can not be undone': { headers: new HeaderList(['content-encoding', 'lz4']) },
  'a coding that is a lie': { headers: new HeaderList(['content-encoding', 'gzip']) },
}))
  test(`${name} leaves the fact unknown, and the request goes on to be judged`, async () => {
    const { asked, proposal } = await run({ answer });
    assert.deepEqual([asked.length, proposal.actions[0]?.facts['note'], proposal.lookedUp], [1, undefined, true]);
  });

test('a provider that throws, asking or reading, leaves the fact unknown', async () => {
  const boom = (): never => {
    throw new Error('boom');
  };
  assert.equal((await run({ lookups: [{ ...LOOKUP, read: boom }] })).proposal.actions[0]?.facts['note'], undefined);
  const provider = fakeProvider('vendor', ['*'], { lookups: boom });
  assert.deepEqual((await run({ proposal: { provider } })).asked, []);
});

test('a coded answer is read decoded', async () => {
  const answer = { headers: new HeaderList(['content-encoding', 'gzip']), body: gzipSync('told') };
  assert.equal((await run({ answer })).proposal.actions[0]?.facts['note'], 'told');
});

test('an index that is no action asks nothing, and however many are named only a few are asked', async () => {
  assert.deepEqual((await run({ lookups: [{ ...LOOKUP, action: 1 }] })).asked, []);
  assert.equal((await run({ lookups: Array.from({ length: 100 }, () => LOOKUP) })).asked.length, 10);
});
