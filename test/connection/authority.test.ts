// Every spelling of one host has one canonical text, and nothing else passes as a host.

import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalHost, formatAuthority, parseAuthority } from '../../src/connection/authority.ts';
import { InterlockError } from '../../src/errors.ts';

const CANONICAL: ReadonlyArray<readonly [string, string]> = [
  ['API.Example.COM', 'api.example.com'],
  ['api.example.com.', 'api.example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['api。example．com', 'api.example.com'],
  ['exa\u00admple.com', 'example.com'],
  ['_dmarc.example.com', '_dmarc.example.com'],
  ['localhost', 'localhost'],
  ['r3---sn.example.com', 'r3---sn.example.com'],
  ['1password.com', '1password.com'],
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.1.', '127.0.0.1'],
  ['2130706433', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
  ['0X7F.1', '127.0.0.1'],
  ['017700000001', '127.0.0.1'],
  ['0177.0.0.01', '127.0.0.1'],
  ['127.1', '127.0.0.1'],
  ['169.254.43518', '169.254.169.254'],
  ['0', '0.0.0.0'],
  ['0x', '0.0.0.0'],
  ['１２７.０.０.１', '127.0.0.1'],
  ['①②⑦.⓪.⓪.①', '127.0.0.1'],
  ['127。0。0。1', '127.0.0.1'],
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['[2001:DB8:0:0:0:0:0:1]', '2001:db8::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['[::ffff:127.0.0.1]', '::ffff:7f00:1'],
  ['[::127.0.0.1]', '::7f00:1'],
];

const REFUSED: readonly string[] = [
  '',
  '.',
  '..',
  'a..b',
  '.a',
  'a..',
  ' a',
  'a ',
  'a b',
  'a\tb',
  'a\u0000',
  'a\u0000.example.com',
  'a\r\nb',
  'a\u007f',
  '*.example.com',
  '*',
  'a,b',
  'a;b',
  "a',DNS:evil",
  'a/b',
  'a\\b',
  'a?b',
  'a#b',
  'u@a',
  '＠a',
  'a／b',
  'a％2e',
  'a%2eb',
  '%31%32%37.0.0.1',
  '127.0.0.1%00',
  '256.1.1.1',
  '1.2.3.4.5',
  '1.2.3.256',
  '4294967296',
  '0x100000000',
  '09.1.1.1',
  '1..2',
  'foo.1',
  'foo.0x7f',
  'foo.0x',
  '127.0.0.1..',
  '[::1',
  '::1]',
  '[]',
  '[::1]x',
  '[127.0.0.1]',
  '[fe80::1%eth0]',
  'fe80::1%25eth0',
  ':::',
  '[v1.a]',
  '1::2::3',
  '::ffff:256.0.0.1',
  `${'a'.repeat(64)}.com`,
  `${'a.'.repeat(127)}ab`,
  'a'.repeat(5000),
  '\u00ad',
  'a\u200db.com',
  'a\ud800b',
  '<a>',
  'a^b',
  'a|b',
  '${a}',
  'a+b',
  'a~b',
  "a'b",
  'a"b',
];

describe('canonicalHost', () => {
  for (const [text, expected] of CANONICAL) {
    it(`reads ${JSON.stringify(text)} as ${expected}`, () => assert.equal(canonicalHost(text), expected));
  }
  for (const text of REFUSED) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => assert.equal(canonicalHost(text), null));
  }

  it('accepts the longest label and the longest name', () => {
    const label = 'a'.repeat(63);
    assert.equal(canonicalHost(`${label}.com`), `${label}.com`);
    const name = `${'a.'.repeat(126)}a`;
    assert.equal(name.length, 253);
    assert.equal(canonicalHost(name), name);
  });

  it('is idempotent and yields only clean text, whatever comes', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), hostLike());
    fc.assert(
      fc.property(text, (input) => {
        const host = canonicalHost(input);
        if (host === null) return;
        assert.equal(canonicalHost(host), host);
        assert.match(host, /^[a-z0-9._:-]+$/);
        assert.ok(isIPv4(host) || isIPv6(host) || !/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host), `${host} ends in a number`);
      }),
      { numRuns: 3000 },
    );
  });

  it('agrees with a URL parser on every host that it accepts', () => {
    fc.assert(
      fc.property(hostLike(), (input) => {
        const host = canonicalHost(input);
        if (host === null) return;
        const written = input.includes(':') && !input.startsWith('[') ? `[${input}]` : input;
        assert.equal(new URL(`http://${written}/`).hostname.replace(/^\[|\]$|\.$/g, ''), host);
      }),
      { numRuns: 2000 },
    );
  });

  it('decodes every spelling of an IPv4 address to the same dotted quad', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(
        octet,
        octet,
        octet,
        octet,
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 4 }),
        (a, b, c, d, base, parts) => {
          assert.equal(canonicalHost(spell([a, b, c, d], base, parts)), `${a}.${b}.${c}.${d}`);
        },
      ),
    );
  });

  it('reads every IPv6 address the same with and without brackets', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const host = canonicalHost(address);
        assert.ok(host !== null && isIPv6(host));
        assert.equal(canonicalHost(`[${address.toUpperCase()}]`), host);
      }),
    );
  });
});

describe('parseAuthority', () => {
  it('reads host and port', () => {
    assert.deepEqual(parseAuthority('API.example.com:443', null), { host: 'api.example.com', port: 443 });
    assert.deepEqual(parseAuthority('[2001:db8::1]:8443', null), { host: '2001:db8::1', port: 8443 });
    assert.deepEqual(parseAuthority('[::1]', 80), { host: '::1', port: 80 });
    assert.deepEqual(parseAuthority('example.com', 80), { host: 'example.com', port: 80 });
    assert.deepEqual(parseAuthority('0x7f.1:1', null), { host: '127.0.0.1', port: 1 });
    assert.deepEqual(parseAuthority('a.example:65535', null), { host: 'a.example', port: 65_535 });
  });

  const malformed = [
    'example.com',
    'example.com:',
    'example.com:0',
    'example.com:65536',
    'example.com:+443',
    'example.com:-1',
    'example.com:0x1bb',
    'example.com:443 ',
    'example.com: 443',
    'example.com:0443',
    'example.com:４４３',
    'example.com:443:443',
    'example.com:443/',
    'example.com:443?a',
    'example.com:443#a',
    'user:hunter2@example.com:443',
    'user@example.com:443',
    'a.com:443,b.com:443',
    'a b:443',
    'a\u0000:443',
    '*.example.com:443',
    `${'a'.repeat(64)}.com:443`,
    '::1:443',
    '[::1]443',
    '[::1]:',
    '[::1',
    '[fe80::1%25eth0]:443',
    ':443',
    '',
    'https://example.com:443',
    'evil.com\\@example.com:443',
    'example.com:443\r\nHost: evil',
    'example.com:1e2',
    'example.com:99999999999',
  ];
  for (const text of malformed) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.throws(
        () => parseAuthority(text, null),
        (error) => error instanceof InterlockError && error.code === 'AUTHORITY_INVALID',
      );
    });
  }

  it('never repeats a password', () => {
    assert.throws(
      () => parseAuthority('user:hunter2@example.com:443', null),
      (error) => error instanceof Error && !error.message.includes('hunter2'),
    );
  });

  it('throws nothing but AUTHORITY_INVALID, and reads back what it formats', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 30 }),
          fc.tuple(hostLike(), fc.integer()).map(([h, p]) => `${h}:${p}`),
        ),
        (text) => {
          try {
            const authority = parseAuthority(text, null);
            assert.deepEqual(parseAuthority(formatAuthority(authority.host, authority.port), null), authority);
          } catch (error) {
            assert.ok(error instanceof InterlockError && error.code === 'AUTHORITY_INVALID');
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** Strings near hosts: what a mutation of a real one looks like. */
function hostLike(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    'a',
    'B',
    '1',
    '0x7f',
    '017',
    '255',
    '256',
    '.',
    '-',
    '_',
    '。',
    '１',
    '①',
    'ü',
    'ß',
    'xn--bcher-kva',
    'com',
    '[',
    ']',
    '::',
    '%2e',
    '*',
  );
  return fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
}

/** One address in base 10, 8 or 16, the last of `parts` numbers taking all remaining octets. */
function spell(octets: readonly number[], base: number, parts: number): string {
  const head = octets.slice(0, parts - 1);
  const rest = octets.slice(parts - 1).reduce((sum, octet) => sum * 256 + octet, 0);
  const write = [(n: number) => `${n}`, (n: number) => `0${n.toString(8)}`, (n: number) => `0x${n.toString(16)}`][base];
  return [...head, rest].map((n) => write?.(n)).join('.');
}
