import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeadInput, readHead } from '../../src/http/head.ts';

const authority = { host: 'api.example.com', port: 443 };

function head(over: Partial<HeadInput> = {}, headers: string[] = []): ReturnType<typeof readHead> {
  return readHead({
    method: 'GET',
    target: '/a',
    rawHeaders: ['Host', 'api.example.com', ...headers],
    scheme: 'https',
    authority,
    upgrading: false,
    hasBody: false,
    httpVersion: '1.1',
    ...over,
  });
}

test('end-to-end fields are kept in order and spelling, hop-by-hop fields go', () => {
  const view = head({}, [
    'X-B',
    '1',
    'Connection',
    'keep-alive, X-Drop',
    'X-Drop',
    '1',
    'Proxy-Authorization',
    'Basic c2VjcmV0',
    'x-a',
    '2',
    'TE',
    'trailers',
  ]);
  assert.deepEqual(view.headers.raw, ['X-B', '1', 'x-a', '2', 'te', 'trailers']);
});

test('the proxy credential never travels on, however it is spelled', () => {
  const view = head({}, ['PROXY-authorization', 'Basic c2VjcmV0', 'Proxy-Connection', 'keep-alive']);
  assert.deepEqual(view.headers.raw, []);
});

for (const field of [
  'X-Original-URL',
  'X-Rewrite-Url',
  'X-Forwarded-Host',
  'X-Forwarded-Server',
  'X-Host',
  'X-Original-Host',
  'Forwarded',
]) {
  test(`${field}, by which some servers route, is dropped`, () => {
    assert.deepEqual(head({}, [field, '/admin', 'X-Other', '1']).headers.raw, ['X-Other', '1']);
  });
}

test('Host must agree with the authority', () => {
  assert.throws(() => head({ rawHeaders: ['Host', 'evil.example'] }), { code: 'AUTHORITY_MISMATCH' });
  assert.throws(() => head({ rawHeaders: ['Host', 'api.example.com:8443'] }), { code: 'AUTHORITY_MISMATCH' });
  assert.equal(head({ rawHeaders: ['Host', 'API.example.com.:443'] }).authority.host, 'api.example.com');
});

for (const [name, rawHeaders] of [
  ['no Host', []],
  ['two Hosts', ['Host', 'api.example.com', 'host', 'api.example.com']],
  ['a list length', ['Host', 'api.example.com', 'Content-Length', '1, 1']],
  ['two lengths', ['Host', 'api.example.com', 'Content-Length', '1', 'content-length', '1']],
  ['a signed length', ['Host', 'api.example.com', 'Content-Length', '+1']],
  ['length and chunked', ['Host', 'api.example.com', 'Content-Length', '1', 'Transfer-Encoding', 'chunked']],
  ['chunked twice', ['Host', 'api.example.com', 'Transfer-Encoding', 'chunked', 'transfer-encoding', 'chunked']],
  ['an obfuscated coding', ['Host', 'api.example.com', 'Transfer-Encoding', 'xchunked']],
  ['a coding list', ['Host', 'api.example.com', 'Transfer-Encoding', 'gzip, chunked']],
  ['Connection that names Host', ['Host', 'api.example.com', 'Connection', 'host']],
  ['Connection that names Authorization', ['Host', 'api.example.com', 'Connection', 'close, Authorization']],
] as const) {
  test(`refuses ${name}`, () => {
    assert.throws(() => head({ rawHeaders: [...rawHeaders] }), { code: 'REQUEST_MALFORMED' });
  });
}

test('methods and versions that are not taken', () => {
  assert.throws(() => head({ method: 'TRACE' }), { code: 'REQUEST_UNSUPPORTED' });
  assert.throws(() => head({ method: 'TRACK' }), { code: 'REQUEST_UNSUPPORTED' });
  assert.throws(() => head({ method: 'CONNECT' }), { code: 'REQUEST_UNSUPPORTED' });
  assert.throws(() => head({ method: 'CALL' }), { code: 'REQUEST_UNSUPPORTED' }, 'a request is no call of a model');
  for (const method of ['get', 'gET', 'Get', 'GEt', 'post', 'GE T', ''])
    assert.throws(() => head({ method }), { code: 'REQUEST_MALFORMED' });
  for (const httpVersion of ['0.9', '1.2', '2.0', '9.9'])
    assert.throws(() => head({ httpVersion }), { code: 'REQUEST_MALFORMED' });
  assert.throws(() => head({ method: 'OPTIONS', target: '*' }), { code: 'REQUEST_MALFORMED' });
});

for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
  test(`${name} claims a method, as a field and as a parameter, in any case`, () => {
    assert.deepEqual(head({ method: 'POST' }, [name, 'delete']).claimedMethods, ['DELETE']);
    assert.deepEqual(head({ method: 'POST' }, [name.toLowerCase(), ' Delete ']).claimedMethods, ['DELETE']);
    assert.deepEqual(head({ method: 'POST', target: `/a?${name}=delete` }).claimedMethods, ['DELETE']);
  });
}

test('overrides are told from headers and query', () => {
  assert.deepEqual(head({ target: '/a?x=1&_method=PUT' }).claimedMethods, ['PUT']);
  assert.deepEqual(head({ target: '/a?_HttpMethod=PATCH' }).claimedMethods, ['PATCH']);
  assert.deepEqual(head({ target: '/a?_m%65thod=DELETE' }).claimedMethods, ['DELETE']);
  assert.deepEqual(head({ target: '/a?%24method=p%61tch' }).claimedMethods, ['PATCH']);
  assert.deepEqual(head({ target: '/a?payment_method=card' }).claimedMethods, []);
});

test('only WebSocket is an upgrade', () => {
  assert.equal(head({ upgrading: true }, ['Upgrade', 'websocket', 'Connection', 'Upgrade']).upgrade, 'websocket');
  assert.throws(() => head({ upgrading: true }, ['Upgrade', 'h2c']), { code: 'REQUEST_UNSUPPORTED' });
});

test("the agent's number of its request is read, and travels no further", () => {
  const view = head({}, ['Interlock-Seq', '7', 'X-Other', 'a']);
  assert.equal(view.agentSequence, 7);
  assert.equal(view.headers.get('interlock-seq'), undefined);
  assert.equal(view.headers.get('x-other'), 'a');
  assert.equal(head({}, ['Interlock-Seq', '7', 'interlock-seq', '8']).agentSequence, null);
  assert.throws(() => head({}, ['Interlock_Seq', '7']), /underscore/);
});
