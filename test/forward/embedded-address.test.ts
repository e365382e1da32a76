// The IPv4 address inside an IPv6 one.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { embeddedIPv4 } from '../../src/forward/embedded-address.ts';

it('is found in every scheme', () => {
  const known = [
    ['::ffff:192.0.2.33', '192.0.2.33'],
    ['::ffff:c000:221', '192.0.2.33'],
    ['::192.0.2.33', '192.0.2.33'],
    ['::ffff:0:192.0.2.33', '192.0.2.33'],
    ['64:ff9b::192.0.2.33', '192.0.2.33'],
    ['64:ff9b:1:aaaa:bbbb:cccc:192.0.2.33', '192.0.2.33'],
    ['2002:c000:221::1', '192.0.2.33'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '192.0.2.45'], // the example of RFC 4380 §4, inverted
  ] as const;
  for (const [address, ipv4] of known) assert.equal(embeddedIPv4(address), ipv4);
});

it('is not seen where there is none', () => {
  for (const address of [
    '::',
    '::1',
    '2001:db8::c000:221',
    'fe80::1',
    '2606:4700::1111',
    '192.0.2.33',
    'nothing',
    'fe80::1%eth0',
  ])
    assert.equal(embeddedIPv4(address), null);
});
