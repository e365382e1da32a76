// Where an authority is: pins first, then literals, then one bounded look-up.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InterlockError, type ErrorCode } from '../../src/errors.ts';
import { createResolver, type Lookup, type ResolverOptions } from '../../src/forward/resolver.ts';

const answer = (...addresses: readonly string[]): Awaited<ReturnType<Lookup>> =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

/** A look-up that knows these names and tells what it was asked. */
function known(names: Readonly<Record<string, readonly string[]>>): { lookup: Lookup; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async lookup(host) {
      asked.push(host);
      const addresses = names[host];
      if (addresses === undefined) throw Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
      return answer(...addresses);
    },
  };
}

const resolver = (options: Partial<ResolverOptions> = {}) => createResolver({ hosts: {}, lookup: known({}).lookup, ...options });

const coded =
  (code: ErrorCode, words: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof InterlockError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    return true;
  };

describe('the resolver', () => {
  it('asks once and keeps the order of the answer', async () => {
    const { lookup, asked } = known({ 'a.test': ['192.0.2.1', '2001:db8::1', '192.0.2.2'] });
    assert.deepEqual(await resolver({ lookup }).resolve({ host: 'a.test', port: 443 }), [
      { address: '192.0.2.1', port: 443, family: 4, pinned: false },
      { address: '2001:db8::1', port: 443, family: 6, pinned: false },
      { address: '192.0.2.2', port: 443, family: 4, pinned: false },
    ]);
    assert.deepEqual(asked, ['a.test']);
  });

  it('takes literals as they are', async () => {
    assert.deepEqual(await resolver().resolve({ host: '192.0.2.1', port: 80 }), [
      { address: '192.0.2.1', port: 80, family: 4, pinned: false },
    ]);
    assert.deepEqual(await resolver().resolve({ host: '2001:db8::1', port: 80 }), [
      { address: '2001:db8::1', port: 80, family: 6, pinned: false },
    ]);
  });

  it('follows pins, the one with the port first', async () => {
    const hosts = {
      'a.test': { host: '127.0.0.1', port: 1 },
      'a.test:8443': { host: '127.0.0.1', port: 2 },
      '[2001:db8::1]:443': { host: '::1', port: 3 },
      'n.test': { host: 'other.test', port: 4 },
    };
    const { lookup, asked } = known({ 'other.test': ['10.0.0.1'] });
    const pinning = resolver({ hosts, lookup });
    const where = async (host: string, port: number) => (await pinning.resolve({ host, port }))[0];
    assert.deepEqual(await where('a.test', 443), { address: '127.0.0.1', port: 1, family: 4, pinned: true });
    assert.deepEqual(await where('a.test', 8443), { address: '127.0.0.1', port: 2, family: 4, pinned: true });
    assert.deepEqual(await where('2001:db8::1', 443), { address: '::1', port: 3, family: 6, pinned: true });
    assert.deepEqual(asked, []);
    assert.deepEqual(await where('n.test', 443), { address: '10.0.0.1', port: 4, family: 4, pinned: true });
    assert.equal(pinning.place({ host: '__proto__', port: 1 }).pinned, false);
  });

  it('shares one answer among requests at the same time, and asks again afterwards', async () => {
    const { lookup, asked } = known({ 'a.test': ['192.0.2.1'] });
    const sharing = resolver({ lookup });
    await Promise.all([1, 2, 3].map((port) => sharing.resolve({ host: 'a.test', port })));
    assert.equal(asked.length, 1);
    await sharing.resolve({ host: 'a.test', port: 443 });
    assert.equal(asked.length, 2);
  });

  it('finds localhost with the system resolver', async () => {
    const found = await createResolver({ hosts: {} }).resolve({ host: 'localhost', port: 1 });
    assert.ok(found.some(({ address }) => address === '127.0.0.1' || address === '::1'));
  });
});

describe('the resolver refuses', () => {
  it('names of metadata services, also behind a pin (A9)', async () => {
    const { lookup, asked } = known({});
    const hosts = { 'metadata.google.internal': { host: '127.0.0.1', port: 1 }, 'a.test': { host: 'metadata.goog', port: 80 } };
    for (const host of ['metadata.google.internal', 'metadata.goog', 'instance-data', 'x.metadata.goog', 'a.test', 'metadata']) {
      await assert.rejects(resolver({ lookup, hosts }).resolve({ host, port: 80 }), coded('ADDRESS_DENIED', /metadata service/));
    }
    assert.deepEqual(asked, []);
  });

  it('hosts that are not canonical, before anything is looked up (A7)', async () => {
    const { lookup, asked } = known({});
    for (const host of ['0x7f.1', '127.1', 'A.test', 'a.test.', '[::1]', 'a b', '', 'fe80::1%eth0', '2130706433']) {
      await assert.rejects(resolver({ lookup }).resolve({ host, port: 80 }), coded('AUTHORITY_INVALID', /canonical/));
    }
    assert.deepEqual(asked, []);
  });

  it('unknown names, empty answers and failures, in words', async () => {
    const failing =
      (code: string): Lookup =>
      () =>
        Promise.reject(Object.assign(new Error('x'), { code }));
    await assert.rejects(
      resolver().resolve({ host: 'a.test', port: 1 }),
      coded('RESOLVE_FAILED', /cannot resolve a\.test: the name is not known/),
    );
    await assert.rejects(
      resolver({ lookup: async () => [] }).resolve({ host: 'a.test', port: 1 }),
      coded('RESOLVE_FAILED', /no address/),
    );
    await assert.rejects(
      resolver({ lookup: failing('EAI_AGAIN') }).resolve({ host: 'a.test', port: 1 }),
      coded('RESOLVE_FAILED', /try again/),
    );
    await assert.rejects(
      resolver({ lookup: failing('EAI_FAIL') }).resolve({ host: 'a.test', port: 1 }),
      coded('RESOLVE_FAILED', /EAI_FAIL/),
    );
  });

  it('to wait without end', async () => {
    const late = resolver({ lookup: () => new Promise(() => {}), timeoutMs: 30 });
    await assert.rejects(late.resolve({ host: 'a.test', port: 1 }), coded('RESOLVE_FAILED', /no answer within 0\.03 s/));
  });

  it('more look-ups at once than it can hold', async () => {
    const never = resolver({ lookup: () => new Promise(() => {}), timeoutMs: 200 });
    const all = await Promise.allSettled(
      Array.from({ length: 300 }, (_, index) => never.resolve({ host: `n${index}.test`, port: 1 })),
    );
    const reasons = all.map((one) => (one.status === 'rejected' && one.reason instanceof Error ? one.reason.message : ''));
    assert.equal(reasons.filter((reason) => reason.includes('too many names')).length, 44);
  });
});
