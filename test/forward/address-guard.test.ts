// Which addresses may be dialled, and that no spelling, allow rule or pin opens what must stay shut.

import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InterlockError } from '../../src/errors.ts';
import { createAddressGuard, type AddressGuardOptions } from '../../src/forward/address-guard.ts';

type Options = Partial<AddressGuardOptions>;

const guard = (options: Options = {}) => createAddressGuard({ allowAddresses: [], own: [], ...options });

function denial(ip: string, options: Options = {}, port = 443, pinned = false): string | null {
  try {
    guard(options).check(ip, port, pinned);
    return null;
  } catch (error) {
    assert.ok(error instanceof InterlockError && error.code === 'ADDRESS_DENIED', String(error));
    return error.message;
  }
}

const DENIED: ReadonlyArray<readonly [string, RegExp]> = [
  ['127.0.0.1', /loopback \(127\.0\.0\.0\/8\)/],
  ['127.255.255.254', /loopback/],
  ['10.0.0.1', /private/],
  ['172.16.0.1', /private/],
  ['172.31.255.255', /private/],
  ['192.168.1.1', /private/],
  ['169.254.0.1', /link-local/],
  ['100.64.0.1', /carrier-grade NAT/],
  ['100.127.255.255', /carrier-grade NAT/],
  ['0.0.0.0', /unspecified/],
  ['0.1.2.3', /unspecified/],
  ['224.0.0.1', /multicast/],
  ['239.255.255.250', /multicast/],
  ['240.0.0.1', /reserved/],
  ['255.255.255.255', /broadcast/],
  ['192.0.0.1', /IETF/],
  ['192.0.2.1', /documentation/],
  ['198.51.100.1', /documentation/],
  ['203.0.113.1', /documentation/],
  ['198.18.0.1', /benchmarking/],
  ['198.19.255.255', /benchmarking/],
  ['192.88.99.1', /6to4/],
  ['169.254.169.254', /metadata/],
  ['100.100.100.200', /metadata/],
  ['168.63.129.16', /metadata/],
  ['192.0.0.192', /metadata/],
  ['fd00:ec2::254', /metadata/],
  ['fd00:0ec2:0:0::254', /metadata/],
  ['::', /unspecified/],
  ['::1', /loopback/],
  ['0:0:0:0:0:0:0:1', /loopback/],
  ['::ffff:127.0.0.1', /IPv4-mapped/],
  ['::ffff:8.8.8.8', /IPv4-mapped/],
  ['::ffff:a9fe:a9fe', /IPv4-mapped|metadata/],
  ['::127.0.0.1', /IPv4-compatible/],
  ['::7f00:1', /IPv4-compatible/],
  ['::ffff:0:127.0.0.1', /not global unicast/],
  ['64:ff9b::10.0.0.1', /NAT64/],
  ['64:ff9b::8.8.8.8', /NAT64/],
  ['64:ff9b:1::1', /NAT64/],
  ['2002:7f00:1::', /6to4/],
  ['2002:808:808::1', /6to4/],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', /Teredo/],
  ['2001:2::1', /benchmarking/],
  ['2001:10::1', /IETF/],
  ['2001:db8::1', /documentation/],
  ['3fff::1', /documentation/],
  ['fe80::1', /link-local/],
  ['febf::1', /link-local/],
  ['fec0::1', /site-local/],
  ['fc00::1', /unique local/],
  ['fdff::1', /unique local/],
  ['ff02::1', /multicast/],
  ['100::1', /discard/],
  ['100:0:0:1::1', /discard/],
  ['5f00::1', /segment routing/],
  ['4000::1', /not global unicast/],
  ['e000::1', /not global unicast/],
  ['1::1', /not global unicast/],
];

const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.1.1',
  '169.255.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.0.1.1',
  '192.167.255.255',
  '192.169.0.1',
  '198.17.255.255',
  '198.20.0.1',
  '223.255.255.255',
  '168.63.129.17',
  '2606:4700::1111',
  '2a00:1450::1',
  '2001:4860:4860::8888',
  '2620:0:1::1',
  '2003::1',
  '3ffe::1',
];

describe('the address guard', () => {
  for (const [ip, words] of DENIED) {
    it(`denies ${ip}`, () => assert.match(denial(ip) ?? 'not denied', words));
  }

  it('lets public addresses through, also at the edges of ranges', () => {
    for (const ip of PUBLIC) assert.equal(denial(ip), null, ip);
  });

  it('denies what is no plain address', () => {
    for (const ip of [
      '',
      'example.com',
      '127.1',
      '0x7f000001',
      '2130706433',
      '[::1]',
      'fe80::1%eth0',
      '2606:4700::1%1',
      '1.1.1.1 ',
      '1.1.1.1\n',
    ])
      assert.match(denial(ip) ?? 'not denied', /not an IP address/);
  });

  it('says which line lets an address through, and that line does', () => {
    for (const ip of ['10.1.2.3', '127.0.0.1', 'fd12::1', '168.63.129.16', 'fd00:ec2::254']) {
      const line = /"([^"]+)"/.exec(denial(ip) ?? '')?.[1] ?? '';
      assert.equal(denial(ip, { allowAddresses: [line] }), null, `${ip} with ${line}`);
    }
  });

  it('allows what the operator allowed, and only that', () => {
    const allowAddresses = ['10.0.0.0/8', 'fd00::/8'];
    assert.equal(denial('10.255.0.1', { allowAddresses }), null);
    assert.equal(denial('fd12::1', { allowAddresses }), null);
    assert.notEqual(denial('192.168.0.1', { allowAddresses }), null);
    assert.notEqual(denial('fc00::1', { allowAddresses }), null);
  });

  it('checks both sides of an address that embeds another', () => {
    const nat64 = ['64:ff9b::/96'];
    assert.equal(denial('64:ff9b::8.8.8.8', { allowAddresses: nat64 }), null);
    assert.match(denial('64:ff9b::10.0.0.1', { allowAddresses: nat64 }) ?? '', /private/);
    assert.match(denial('64:ff9b::169.254.169.254', { allowAddresses: [...nat64, '169.254.0.0/16'] }) ?? '', /metadata/);
    assert.match(denial('2002:0a00:0001::1', { allowAddresses: ['2002::/16'] }) ?? '', /10\.0\.0\.1.*private/);
    assert.match(denial('2001:0:1:2:3:4:80ff:fffe', { allowAddresses: ['2001::/32'] }) ?? '', /127\.0\.0\.1.*loopback/);
    assert.match(denial('::ffff:10.0.0.1', { allowAddresses: ['::/0'] }) ?? '', /private/);
    assert.match(denial('::ffff:10.0.0.1', { allowAddresses: ['10.0.0.0/8'] }) ?? '', /IPv4-mapped/);
  });

  it('does not let one family allow the other', () => {
    assert.notEqual(denial('10.0.0.1', { allowAddresses: ['::/0'] }), null);
    assert.notEqual(denial('fd00::1', { allowAddresses: ['0.0.0.0/0'] }), null);
  });

  it('opens metadata addresses to nothing but their own line (A9)', () => {
    for (const ip of [
      '169.254.169.254',
      '100.100.100.200',
      '168.63.129.16',
      'fd00:ec2::254',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
    ]) {
      const wide = ['0.0.0.0/0', '::/0', '169.254.169.254/31', '169.254.0.0/16', 'fd00:ec2::/64'];
      assert.match(denial(ip, { allowAddresses: wide }) ?? 'not denied', /metadata/);
      assert.match(denial(ip, {}, 80, true) ?? 'not denied', /metadata/);
    }
    assert.equal(denial('169.254.169.254', { allowAddresses: ['169.254.169.254/32'] }), null);
    assert.equal(denial('fd00:ec2::254', { allowAddresses: ['fd00:0ec2::0254/128'] }), null);
    assert.match(denial('100.100.100.200', { allowAddresses: ['169.254.169.254/32'] }) ?? '', /metadata/);
  });

  it("takes the operator's word for a pinned target", () => {
    for (const ip of ['127.0.0.1', '10.0.0.1', '::1', 'fd00::1']) assert.equal(denial(ip, {}, 9443, true), null);
  });

  it('refuses an allow line that is no CIDR block', () => {
    for (const line of [
      '10.0.0.0',
      '10.0.0.0/33',
      'fd00::/129',
      'example.com/8',
      '/8',
      '10.0.0.0/',
      '10.0.0.0/-1',
      '10.0.0.0/8/8x',
      '',
    ]) {
      assert.throws(
        () => guard({ allowAddresses: [line] }),
        (error) => error instanceof InterlockError && error.code === 'CONFIG_INVALID',
        line,
      );
    }
  });
});

describe('our own listeners (A17)', () => {
  const everything = ['0.0.0.0/0', '::/0'];

  it('are never dialled, whatever is allowed or pinned', () => {
    const own = [
      { host: '127.0.0.1', port: 8080 },
      { host: '::1', port: 8081 },
    ];
    for (const ip of ['127.0.0.1', '0.0.0.0', '::', '::ffff:127.0.0.1', '::127.0.0.1', '64:ff9b::7f00:1']) {
      assert.match(denial(ip, { own, allowAddresses: everything }, 8080, true) ?? 'not denied', /own listeners/, ip);
    }
    assert.match(denial('0:0::1', { own, allowAddresses: everything }, 8081, true) ?? 'not denied', /own listeners/);
    assert.equal(denial('127.0.0.1', { own, allowAddresses: everything }, 8082, true), null);
  });

  it('on every address are refused on every address of this machine', () => {
    const local = ['192.168.7.7', '2606:4700::7', 'fe80::7'];
    for (const host of ['0.0.0.0', '::', 'proxy.internal']) {
      const own = [{ host, port: 8080 }];
      for (const ip of [...local, '127.0.0.1', '127.9.9.9', '::1', '::ffff:192.168.7.7']) {
        assert.match(
          denial(ip, { own, allowAddresses: everything, localAddresses: () => local }, 8080, true) ?? 'not denied',
          /own listeners/,
          ip,
        );
      }
      assert.equal(denial('192.168.7.8', { own, allowAddresses: everything, localAddresses: () => local }, 8080, true), null);
    }
  });

  it('are known by the addresses that this machine really has', () => {
    const own = [{ host: '0.0.0.0', port: 8080 }];
    for (const { address } of Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])) {
      assert.match(denial(address, { own, allowAddresses: everything }, 8080, true) ?? 'not denied', /own listeners/, address);
    }
  });

  it('may be told once their ports are known', () => {
    const own: { host: string; port: number }[] = [];
    const late = createAddressGuard({ allowAddresses: ['127.0.0.0/8'], own });
    late.check('127.0.0.1', 8080, false);
    own.push({ host: '127.0.0.1', port: 8080 });
    assert.throws(() => late.check('127.0.0.1', 8080, false), /own listeners/);
  });
});

it('denies every IPv4 address in every IPv6 disguise', () => {
  const quad = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((octets) => octets.join('.'));
  fc.assert(
    fc.property(quad, fc.constantFrom('::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'), (address, prefix) => {
      assert.notEqual(denial(prefix + address), null);
    }),
  );
});

it('lets nothing of IPv6 through that is not global unicast', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const ip = (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':');
      if ((bytes[0] ?? 0) >> 5 !== 1) assert.notEqual(denial(ip), null, ip);
    }),
  );
});
