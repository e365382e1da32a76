// Addresses as octets: the same for every spelling.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { ipOctets } from '../../src/tls/ip-octets.ts';

it('reads known addresses', () => {
  const known = [
    ['10.0.0.255', '0a0000ff'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::ffff:127.0.0.1', '00000000000000000000ffff7f000001'],
    ['fe80:0:0:0:0:0:0:0', 'fe800000000000000000000000000000'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ] as const;
  for (const [address, octets] of known) assert.equal(ipOctets(address)?.toString('hex'), octets);
});

it('refuses what is no address', () => {
  for (const text of ['', 'a.test', '1.2.3', '01.2.3.4', '0x7f.0.0.1', '256.1.1.1', ':::', '[::1]', 'fe80::1%eth0'])
    assert.equal(ipOctets(text), null);
});

it('gives 16 octets that spell the address again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const groups = Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? [];
      assert.deepEqual(ipOctets(groups.join(':')), Buffer.from(bytes));
      assert.deepEqual(ipOctets(new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)), Buffer.from(bytes));
    }),
  );
});
