// How a refusal looks: the vendor's words for policy, ours for failures, and never markup of an agent's making.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalAnswer, refusalFields } from '../../src/enforce/refuse.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { HeaderList } from '../../src/http/headers.ts';
import { NO_BODY } from '../../src/http/inspected-body.ts';
import type { Provider } from '../../src/providers/provider.ts';
import type { Refusal } from '../../src/providers/refusal.ts';
import { fakeProvider } from '../support/fake-provider.ts';
import { requestView } from '../support/request-view.ts';

const REFUSAL: Refusal = {
  kind: 'blocked',
  reason: 'too large',
  policies: ['p1', 'p2'],
  entry: '12',
  ticket: 't_1',
  status: 403,
  code: 'POLICY_BLOCKED',
};
const native = fakeProvider('native', ['*'], {
  refuse: () => ({ status: 402, headers: ['x-vendor', 'yes'], body: Buffer.from('vendor') }),
});
const failing = fakeProvider('failing', ['*'], {
  refuse: () => {
    throw new Error('no words');
  },
});

function answerTo(refusal: Partial<Refusal> = {}, provider: Provider | null = null, accept = '*/*') {
  const request = requestView('GET', '/', { headers: ['Accept', accept], hasBody: false });
  const { status, headers, body } = refusalAnswer({ request, provider, body: NO_BODY }, { ...REFUSAL, ...refusal });
  return { status, headers: new HeaderList(headers), body: body.toString() };
}

test('a provider says no in its own words, with our fields beside', () => {
  for (const kind of ['blocked', 'pending', 'denied'] as const) {
    const { status, headers, body } = answerTo({ kind }, native, 'text/html');
    assert.deepEqual([status, body, headers.get('x-vendor'), headers.get('interlock-entry')], [402, 'vendor', 'yes', '12'], kind);
  }
});

test('a failure on the way is ours to tell, whatever API was called', () => {
  const { status, body } = answerTo({ kind: 'failed', status: 502, code: 'CONNECT_FAILED' }, native);
  assert.equal(status, 502);
  assert.equal(JSON.parse(body).title, 'The proxy could not carry out the request');
});

test('a provider without words is spoken for', () => {
  const { status, headers, body } = answerTo({}, failing);
  assert.deepEqual(
    [status, headers.get('content-type'), JSON.parse(body).title],
    [403, 'application/problem+json', 'Blocked by policy'],
  );
});

test('without a provider it is a problem document (RFC 9457) that names policy, entry and ticket', () => {
  assert.deepEqual(JSON.parse(answerTo().body), {
    type: 'about:blank',
    title: 'Blocked by policy',
    status: 403,
    detail: 'Interlock: too large (policy p1, p2; ticket t_1; entry 12)',
    policies: ['p1', 'p2'],
    entry: '12',
    ticket: 't_1',
  });
});

for (const [kind, title] of [
  ['pending', 'Waiting for approval'],
  ['denied', 'Denied by an approver'],
  ['failed', 'The proxy could not carry out the request'],
] as const) {
  test(`${kind} is called "${title}"`, () => {
    assert.equal(JSON.parse(answerTo({ kind }).body).title, title);
  });
}

test('a page is for browsers alone', () => {
  assert.match(answerTo({}, null, 'text/html,application/xhtml+xml').body, /^<!doctype html>/);
  for (const accept of ['*/*', 'application/json, text/html', '']) assert.doesNotMatch(answerTo({}, null, accept).body, /<html/);
});

// Threat D4: the reason holds what the agent wrote.
test('what an agent wrote is text in the page, and nothing in the page may run', () => {
  const { headers, body } = answerTo({ reason: `<img src=x onerror='alert("1")'>&` }, null, 'text/html');
  assert.ok(body.includes('&#60;img src=x onerror=&#39;alert(&#34;1&#34;)&#39;&#62;&#38;'), body);
  assert.doesNotMatch(body, /<img/);
  assert.equal(headers.get('content-security-policy'), "default-src 'none'; style-src 'unsafe-inline'");
});

test('the reason can not end its own field', () => {
  const value = new HeaderList(refusalFields({ ...REFUSAL, reason: 'a"b\\c\r\nx-evil: 1 é' })).get('proxy-status');
  assert.equal(value, 'interlock; error=http_request_denied; details="a\\"b\\\\c??x-evil: 1 ?"');
  const long = new HeaderList(refusalFields({ ...REFUSAL, reason: '"'.repeat(10_000) })).get('proxy-status') ?? '';
  assert.ok(long.length < 700 && long.endsWith('\\""'));
});

test('nothing is told that is not there, and no answer of ours is kept by a cache', () => {
  const fields = new HeaderList(refusalFields({ ...REFUSAL, entry: null, ticket: null }));
  assert.deepEqual(
    [fields.has('interlock-entry'), fields.has('interlock-ticket'), fields.get('cache-control')],
    [false, false, 'no-store'],
  );
  assert.equal(new HeaderList(refusalFields(REFUSAL)).get('interlock-ticket'), 't_1');
});

test('failures have the names that RFC 9209 registers', () => {
  const named: [ErrorCode, string][] = [
    ['UPSTREAM_CERTIFICATE', 'tls_certificate_error'],
    ['RESOLVE_FAILED', 'dns_error'],
    ['CONNECT_FAILED', 'destination_unavailable'],
    ['UPSTREAM_TIMEOUT', 'http_response_timeout'],
    ['UPSTREAM_PROTOCOL', 'http_protocol_error'],
    ['UPSTREAM_CLOSED', 'connection_terminated'],
    ['REQUEST_MALFORMED', 'http_request_error'],
    ['INTERNAL', 'proxy_internal_error'],
  ];
  for (const [code, name] of named) {
    assert.match(
      new HeaderList(refusalFields({ ...REFUSAL, kind: 'failed', code })).get('proxy-status') ?? '',
      new RegExp(`error=${name};`),
    );
  }
});
