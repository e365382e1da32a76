// Leaves are kept, bounded and renewed in time.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLeafCache } from '../../src/tls/leaf-cache.ts';
import type { Leaf, LeafIssuer } from '../../src/tls/leaf.ts';

const DAY_MS = 86_400_000;

/** Issues leaves of `lifeMs` and counts them. */
function fakeIssuer(clock: { now: number }, lifeMs = 5 * DAY_MS): LeafIssuer & { issued: string[] } {
  const issued: string[] = [];
  const issue = (host: string): Leaf => {
    if (host === 'bad') throw new Error('no');
    issued.push(host);
    return { host, cert: '', certDer: Buffer.alloc(0), key: '', notBefore: clock.now, notAfter: clock.now + lifeMs };
  };
  return { issue, issued };
}

describe('the leaf cache', () => {
  it('gives the same leaf until half of its life is over', () => {
    const clock = { now: 0 };
    const issuer = fakeIssuer(clock);
    const cache = createLeafCache(issuer, { max: 10, clock: () => clock.now });
    const first = cache.get('a');
    clock.now = 2.5 * DAY_MS - 1;
    assert.equal(cache.get('a'), first);
    clock.now = 2.5 * DAY_MS;
    const second = cache.get('a');
    assert.notEqual(second, first);
    assert.equal(cache.get('a'), second);
    assert.deepEqual(cache.stats(), { size: 1, issued: 2, hits: 2 });
  });

  it('never keeps more than its bound, and drops what was used longest ago', () => {
    const clock = { now: 0 };
    const issuer = fakeIssuer(clock);
    const cache = createLeafCache(issuer, { max: 3, clock: () => clock.now });
    for (const host of ['a', 'b', 'c', 'a', 'd']) cache.get(host);
    assert.equal(cache.stats().size, 3);
    cache.get('a');
    assert.deepEqual(issuer.issued, ['a', 'b', 'c', 'd']);
    cache.get('b');
    assert.deepEqual(issuer.issued, ['a', 'b', 'c', 'd', 'b']);
    for (let index = 0; index < 500; index += 1) cache.get(`host-${index}`);
    assert.equal(cache.stats().size, 3);
  });

  it('still caches leaves that end soon, because their CA does', () => {
    const clock = { now: 0 };
    const issuer = fakeIssuer(clock, 60_000);
    const cache = createLeafCache(issuer, { max: 3, clock: () => clock.now });
    cache.get('a');
    clock.now = 20_000;
    cache.get('a');
    assert.equal(issuer.issued.length, 1);
  });

  it('keeps nothing of a failure', () => {
    const cache = createLeafCache(fakeIssuer({ now: 0 }), { max: 3 });
    assert.throws(() => cache.get('bad'));
    assert.equal(cache.stats().size, 0);
  });
});
