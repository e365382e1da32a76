// A binding: retries of one request share it, and whatever changes what is done does not (threat D6).

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { computeBinding } from '../../src/approve/binding.ts';
import { HeaderList } from '../../src/http/headers.ts';
import type { BindingMaterial } from '../../src/approve/binding.ts';
import type { RequestView } from '../../src/http/request-view.ts';

const keyedDigest = (bytes: Buffer | string): string => createHmac('sha256', 'k').update(bytes).digest('hex');

const HEADERS = [
  'Authorization',
  'Bearer sk_live_1',
  'Content-Type',
  'application/x-www-form-urlencoded',
  'Stripe-Account',
  'acct_1',
];

function view(change: Partial<RequestView> = {}): RequestView {
  const path = change.path ?? '/v1/refunds';
  return {
    method: 'POST',
    scheme: 'https',
    authority: { host: 'api.stripe.com', port: 443 },
    target: path,
    path,
    segments: path.slice(1).split('/'),
    ambiguousPath: false,
    query: '',
    headers: new HeaderList(HEADERS),
    upgrade: null,
    hasBody: true,
    claimedMethods: [],
    agentSequence: null,
    ...change,
  };
}

function binding(change: Partial<Omit<BindingMaterial, 'keyedDigest'>> = {}): string {
  return computeBinding({
    agent: 'bot',
    request: view(),
    body: Buffer.from('charge=ch_1&amount=500'),
    provider: null,
    keyedDigest,
    ...change,
  });
}

const withHeaders = (...headers: string[]): string =>
  binding({ request: view({ headers: new HeaderList([...HEADERS, ...headers]) }) });

test('the same request has the same binding, whatever the order and case of its header names', () => {
  assert.match(binding(), /^[0-9a-f]{64}$/);
  assert.equal(binding(), binding());
  const [authorization, auth, type, form, account, id] = HEADERS;
  const reordered = new HeaderList([
    account?.toUpperCase() ?? '',
    id ?? '',
    type ?? '',
    form ?? '',
    authorization?.toLowerCase() ?? '',
    auth ?? '',
  ]);
  assert.equal(binding({ request: view({ headers: reordered }) }), binding());
});

test('what an SDK changes from try to try does not count', () => {
  const volatile = [
    ['Idempotency-Key', 'a'],
    ['X-Idempotency-Key', 'b'],
    ['traceparent', '00-1'],
    ['tracestate', 'x'],
    ['X-Request-Id', 'r'],
    ['X-Stripe-Client-Telemetry', '{}'],
    ['x-stainless-retry-count', '1'],
    ['Date', 'now'],
    ['x-amz-date', '20261122T000000Z'],
    ['amz-sdk-invocation-id', 'i'],
    ['amz-sdk-request', 'attempt=2'],
    ['User-Agent', 'stripe-node/23'],
    ['Accept', '*/*'],
    ['Accept-Encoding', 'gzip'],
    ['Content-Length', '22'],
    ['Content-MD5', 'x'],
    ['Retry-After', '1'],
    ['baggage', 'a=b'],
    ['x-b3-traceid', 'x'],
    ['X-CSRF-Token', 'new each time'],
    ['Host', 'api.stripe.com'],
  ];
  for (const header of volatile) assert.equal(withHeaders(...header), binding(), header[0]);
});

test('where it goes, as whom and what it says count, each of them', () => {
  const views: Partial<RequestView>[] = [
    { method: 'PUT' },
    { scheme: 'http' },
    { authority: { host: 'api.stripe.com', port: 8443 } },
    { authority: { host: 'api.stripe.co', port: 443 } },
    { path: '/v1/refunds/' },
    { query: 'expand=1' },
    { claimedMethods: ['DELETE'] },
    { upgrade: 'websocket' },
    { headers: new HeaderList([]) },
  ];
  const bindings = views.map((change) => binding({ request: view(change) }));
  bindings.push(
    binding({ agent: 'other' }),
    binding({ user: 'mallory' }),
    binding({ body: Buffer.from('charge=ch_1&amount=5000') }),
    binding({ body: Buffer.alloc(0) }),
  );
  const headers = [
    ['Authorization', 'Bearer sk_live_2'],
    ['Cookie', 'session=1'],
    ['X-Api-Key', 'k'],
    ['Api-Key', 'k'],
    ['Private-Token', 'k'],
    ['X-Vendor-Access-Token', 'k'],
    ['X-Vendor-Secret', 'k'],
    ['Stripe-Account', 'acct_2'],
    ['OpenAI-Organization', 'o'],
    ['X-Amz-Target', 'DynamoDB_20120810.DeleteTable'],
    ['SOAPAction', 'x'],
    ['Destination', '/b'],
    ['If-Match', '"1"'],
    ['Content-Range', 'bytes 0-1/2'],
    ['Content-Disposition', 'x'],
    ['Content-Type', 'text/plain'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['Stripe-Version', '2020-01-01'],
    ['Content-Encoding', 'gzip'],
    ['Dropbox-API-Arg', '{"path":"/b"}'],
    ['Impersonate-User', 'root'],
    ['Sudo', 'admin'],
    ['X-Forwarded-For', '10.0.0.1'],
    ['X_Api_Key', 'k'],
    ['X-Tomorrow', 'x'],
  ];
  for (const header of headers) bindings.push(withHeaders(...header));
  bindings.push(binding());
  assert.equal(new Set(bindings).size, bindings.length);
});

test("a provider's account headers count", () => {
  const provider = { accountHeaders: ['x-shop'] };
  const shop = (name: string): string =>
    binding({ provider, request: view({ headers: new HeaderList([...HEADERS, 'X-Shop', name]) }) });
  assert.notEqual(shop('a'), shop('b'));
});

test('nothing can be moved from one part into the next under one binding', () => {
  const split = (path: string, query: string): string => binding({ request: view({ path, query }) });
  assert.notEqual(split('/v1/a', 'bc'), split('/v1/ab', 'c'));
  assert.notEqual(binding({ agent: 'botPOST' }), binding({ agent: 'bot' }));
  assert.notEqual(withHeaders('X-Api-Key', 'a', 'X-Api-Key', 'b'), withHeaders('X-Api-Key', 'a, b'));
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
      const same = a === c && b === d;
      assert.equal(split(a, b) === split(c, d), same);
      assert.equal(split(a + b, '') === split(a, b), b === '');
    }),
    { numRuns: 100 },
  );
});

test("the digest is keyed: without the data folder's key nobody can try what was approved", () => {
  assert.notEqual(
    binding(),
    computeBinding({
      agent: 'bot',
      request: view(),
      body: Buffer.from('charge=ch_1&amount=500'),
      provider: null,
      keyedDigest: (bytes) => createHmac('sha256', 'l').update(bytes).digest('hex'),
    }),
  );
});

const SIGV4 = (date: string, signature: string, keyId = 'AKIAEXAMPLE', region = 'us-east-1', service = 's3'): string =>
  `AWS4-HMAC-SHA256 Credential=${keyId}/${date}/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature.repeat(64)}`;

function signed(authorization: string, payload = 'a'.repeat(64)): string {
  return binding({
    request: view({ headers: new HeaderList(['authorization', authorization, 'x-amz-content-sha256', payload]) }),
  });
}

test('SigV4: a new signature is the same caller; another key, region, service or payload is not', () => {
  const first = signed(SIGV4('20261122', 'a'));
  assert.equal(signed(SIGV4('20261123', 'b')), first);
  const others = [
    signed(SIGV4('20261122', 'a', 'AKIAOTHER')),
    signed(SIGV4('20261122', 'a', undefined, 'eu-west-1')),
    signed(SIGV4('20261122', 'a', undefined, undefined, 'sqs')),
    signed(SIGV4('20261122', 'a'), 'b'.repeat(64)),
    signed('AWS4-HMAC-SHA256 AKIAEXAMPLE us-east-1 s3'),
  ];
  assert.equal(new Set([...others, first]).size, others.length + 1);
});

test('SigV4 that is not exactly in its form counts as a whole', () => {
  const odd = (date: string): string => signed(`${SIGV4(date, 'a')}, X=1`);
  assert.notEqual(odd('20261122'), odd('20261123'));
});

test('what a provider narrowed is bound as it is, and told from a body', () => {
  const provider = { bindingBody: () => Buffer.alloc(0) };
  assert.equal(binding({ provider }), binding({ provider }));
  assert.notEqual(binding({ provider }), binding());
  assert.notEqual(
    binding({ provider, body: Buffer.from('old new refs/heads/a') }),
    binding({ provider, body: Buffer.from('old new refs/heads/b') }),
  );
});
