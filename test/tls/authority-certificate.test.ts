// The CA certificate as an independent verifier reads it, and serial numbers.

import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { it } from 'node:test';
import { makeAuthority, randomSerial } from '../../src/tls/authority-certificate.ts';

it('is a P-256 CA whose key fits, from an hour ago for five years', async () => {
  const now = Date.UTC(2026, 0, 1);
  const { certPem, keyPem } = await makeAuthority(now);
  const cert = new X509Certificate(certPem);
  assert.equal(cert.ca, true);
  assert.equal(cert.checkPrivateKey(createPrivateKey(keyPem)), true);
  assert.equal(cert.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.equal(cert.validFromDate.getTime(), now - 3_600_000);
  assert.equal(cert.validToDate.getTime(), now + 5 * 365 * 86_400_000);
  assert.match(cert.subject, /^O=Interlock\nCN=Interlock local CA [0-9a-f]{8}$/);
});

it('gives serials of 16 octets that are positive and never repeat', () => {
  const serials = Array.from({ length: 1000 }, randomSerial);
  assert.ok(serials.every((serial) => serial.length === 16 && serial.readUInt8(0) >= 0x40 && serial.readUInt8(0) < 0x80));
  assert.equal(new Set(serials.map((serial) => serial.toString('hex'))).size, 1000);
});
