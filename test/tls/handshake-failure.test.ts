// Failures of a handshake in words, and nothing of the upstream's own text in them.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InterlockError } from '../../src/errors.ts';
import { handshakeError } from '../../src/tls/handshake-failure.ts';

const failure = (code: string, message = ''): Error => Object.assign(new Error(message), { code });

it('tells certificates, protocol and connection apart', () => {
  const cases = [
    ['CERT_HAS_EXPIRED', '', 'UPSTREAM_CERTIFICATE', /expired/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', '', 'UPSTREAM_CERTIFICATE', /self-signed/],
    ['UNSPECIFIED', 'EE certificate key too weak', 'UPSTREAM_CERTIFICATE', /key .*too weak/],
    ['UNSPECIFIED', 'permitted subtree violation', 'UPSTREAM_CERTIFICATE', /name constraints/],
    ['SOMETHING_NEW', 'x', 'UPSTREAM_CERTIFICATE', /verification failed \(SOMETHING_NEW\)/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', '', 'UPSTREAM_PROTOCOL', /does not speak TLS/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', '', 'UPSTREAM_PROTOCOL', /older than 1\.2/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', '', 'UPSTREAM_PROTOCOL', /clientCerts/],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', '', 'UPSTREAM_PROTOCOL', /clientCerts/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', '', 'UPSTREAM_PROTOCOL', /no cipher/],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', '', 'UPSTREAM_PROTOCOL', /does not serve this name/],
    ['ERR_SSL_SOMETHING_NEW', '', 'UPSTREAM_PROTOCOL', /ERR_SSL_SOMETHING_NEW/],
    ['ECONNRESET', '', 'UPSTREAM_CLOSED', /closed/],
  ] as const;
  for (const [code, message, expected, words] of cases) {
    const error = handshakeError('a.test', failure(code, message));
    assert.equal(error.code, expected, code);
    assert.match(error.message, words);
    assert.match(error.message, /a\.test/);
  }
});

it('passes our own errors on, and says little of what is no error at all', () => {
  const ours = new InterlockError('UPSTREAM_TIMEOUT', 'late');
  assert.equal(handshakeError('a.test', ours), ours);
  assert.doesNotMatch(handshakeError('a.test', 'surprise').message, /surprise/);
  assert.doesNotMatch(handshakeError('a.test', failure('ERR_SSL_\u001b[31m<x>', 'secret')).message, /secret|\u001b|</);
});
