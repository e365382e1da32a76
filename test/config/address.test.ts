// Addresses in interlock.yaml: one reading each, and none for what is not one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalHostKey, isCidr, isLoopback, parseAddress } from '../../src/config/address.ts';
import { InterlockError } from '../../src/errors.ts';

test('addresses are read with names, IPv4 and bracketed IPv6', () => {
  const read = (text: string): unknown => parseAddress(text, { portZero: false });
  assert.deepEqual(read('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 });
  assert.deepEqual(read('[::1]:8080'), { host: '::1', port: 8080 });
  assert.deepEqual(read('[2001:DB8::1]:443'), { host: '2001:db8::1', port: 443 });
  assert.deepEqual(read('Gateway.Example.com:80'), { host: 'gateway.example.com', port: 80 });
});

test('what is no address is refused', () => {
  for (const text of [
    '',
    '8080',
    ':8080',
    '127.0.0.1',
    '::1:8080',
    '[::1]',
    'a:0',
    'a:65536',
    'a:+80',
    'a:80x',
    'a b:80',
    'http://a:80',
    'u@a:80',
  ]) {
    assert.throws(() => parseAddress(text, { portZero: false }), isConfigInvalid, text);
  }
});

test('only a listener may ask for port 0', () => {
  assert.deepEqual(parseAddress('127.0.0.1:0', { portZero: true }), { host: '127.0.0.1', port: 0 });
  assert.throws(() => parseAddress('127.0.0.1:0', { portZero: false }), isConfigInvalid);
});

test('host keys have one spelling', () => {
  assert.equal(canonicalHostKey('API.Stripe.com'), 'api.stripe.com');
  assert.equal(canonicalHostKey('api.stripe.com:8443'), 'api.stripe.com:8443');
  assert.equal(canonicalHostKey('[2001:DB8::1]:8443'), '[2001:db8::1]:8443');
  for (const text of ['', 'a b', 'a:', 'a:99999', '*.example.com', 'http://a']) assert.equal(canonicalHostKey(text), null, text);
});

test('CIDR blocks are checked, host bits too', () => {
  for (const text of ['10.0.0.0/8', '0.0.0.0/0', '192.0.2.7/32', 'fd00::/8', '::/0', '::1/128', '::ffff:10.0.0.0/104'])
    assert.equal(isCidr(text), true, text);
  for (const text of [
    '10.0.0.0',
    '10.0.0.0/33',
    '10.1.0.0/8',
    '10.0.0.0/08',
    '10.0.0/8',
    'fd01::/8',
    'fd00::/129',
    'a/8',
    '10.0.0.0/8 ',
  ]) {
    assert.equal(isCidr(text), false, text);
  }
});

test('loopback is what is written, names other than localhost are not', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) assert.equal(isLoopback(host), true, host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.example.com', 'localhost.example.com'])
    assert.equal(isLoopback(host), false, host);
});

function isConfigInvalid(error: unknown): boolean {
  return error instanceof InterlockError && error.code === 'CONFIG_INVALID';
}
