// Elasticsearch's bulk requests: each line is told, the refused items go, and the answers are joined in their order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_KNOWN } from '../../../src/classify/known.ts';
import { HeaderList } from '../../../src/http/headers.ts';
import { elasticsearchAnywhere } from '../../../src/providers/database/elasticsearch.ts';
import { readBulk } from '../../../src/providers/database/elasticsearch-bulk.ts';
import { REFUSAL } from '../../support/refusing-origin.ts';
import { requestView } from '../../support/request-view.ts';

const headers = ['Content-Type', 'application/x-ndjson'];
const request = requestView('POST', '/_bulk', { host: 'search.example.com', headers });
const LINES = [
  '{"index":{"_index":"orders","_id":"1"}}',
  '{"a":1.10}',
  '{"delete":{"_index":"audit","_id":"2"}}',
  '{"create":{"_index":"orders"}}',
  '{"a":2}',
];
const body = { bytes: Buffer.from(`${LINES.join('\n')}\n`), problem: null };
const read = (text: string, view = request) => readBulk(view, { bytes: Buffer.from(text), problem: null }, undefined);

test('items that are refused go with their documents, and their errors stand in their places', () => {
  const batch = elasticsearchAnywhere.batch?.(request, body, NOTHING_KNOWN);
  assert.ok(batch);
  assert.deepEqual(batch.items, [[0, 1], [2], [0]]);
  const { bytes, changed } = batch.without(new Set([0, 1]));
  assert.equal(bytes.toString(), '{"create":{"_index":"orders"}}\n{"a":2}\n');
  assert.deepEqual(changed, ['item 1: taken out', 'item 2: taken out']);
  const given = { took: 3, errors: false, items: [{ create: { _index: 'orders', status: 201 } }] };
  const answer = { status: 200, headers: new HeaderList([]), body: Buffer.from(JSON.stringify(given)) };
  const joined: unknown = JSON.parse(batch.join(answer, new Map([0, 1].map((index) => [index, REFUSAL]))).body.toString());
  const error = {
    type: 'security_exception',
    reason: 'Interlock: a refund of 600.00 USD is too large (policy refund-large; entry 12)',
  };
  assert.deepEqual(joined, {
    took: 3,
    errors: true,
    items: [
      { index: { _index: 'orders', _id: '1', status: 403, error } },
      { delete: { _index: 'audit', _id: '2', status: 403, error } },
      { create: { _index: 'orders', status: 201 } },
    ],
  });
});

test('an answer that does not tell of every item is not joined', () => {
  const batch = elasticsearchAnywhere.batch?.(request, body, NOTHING_KNOWN);
  const answer = { status: 200, headers: new HeaderList([]), body: Buffer.from('{"errors":false}') };
  assert.throws(() => batch?.join(answer, new Map([[0, REFUSAL]])));
});

test('what is refused whole is answered item by item, with the status of a success', () => {
  const said = elasticsearchAnywhere.refuse(request, REFUSAL, body);
  assert.equal(said.status, 200);
  assert.match(said.body.toString(), /^\{"took":0,"errors":true,"items":\[\{"index":.*refund-large.*"delete":.*"create":/);
});

test('there is no batch when the answer comes in parts, or the lines are not sure', () => {
  const parts = requestView('POST', '/_bulk?filter_path=took', { host: 'search.example.com', headers });
  assert.equal(elasticsearchAnywhere.batch?.(parts, body, NOTHING_KNOWN), null);
  assert.equal(elasticsearchAnywhere.batch?.(request, { bytes: Buffer.from('{}\n'), problem: null }, NOTHING_KNOWN), null);
});

test('a signed body is left as it is, for its signature would break', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=A/20261127/us-east-1/es/aws4_request, SignedHeaders=host, Signature=00';
  const signed = requestView('POST', '/_bulk', {
    host: 'search.example.com',
    headers: [...headers, 'Authorization', authorization],
  });
  assert.equal(elasticsearchAnywhere.batch?.(signed, body, NOTHING_KNOWN), null);
});

test('lines that servers could take in two ways are not read', () => {
  for (const text of [
    '{"index":{"_index":"a"}}',
    '{"index":{"_index":"a","_index":"b"}}\n{}\n',
    '{"index":{"_index":"a","INDEX":"b"}}\n{}\n',
    '{"explode":{"_index":"a"}}\n',
    '{"delete":{"_index":["a"]}}\n',
    '{"delete":{"_index":"a","_Index":"b"}}\n',
    '{"delete":{"_index":"a"}}\n\n',
    // One server takes the blank line for the document, another the delete.
    '{"index":{"_index":"a"}}\n\n{"delete":{"_index":"b"}}\n',
    '[]\n',
    '',
    '{"delete":{"_index":"a"}}\n'.repeat(5001),
  ])
    assert.equal(read(text), null, text.slice(0, 60));
  assert.equal(readBulk(request, { bytes: Buffer.from('{"delete":{"_index":"a"}}'), problem: 'cut' }, undefined), null);
  for (const type of [
    'application/cbor',
    'application/smile',
    'application/yaml',
    'text/plain',
    'application/x-ndjson; charset=utf-16',
  ]) {
    const other = requestView('POST', '/_bulk', { host: 'search.example.com', headers: ['Content-Type', type] });
    assert.equal(read('{"delete":{"_index":"a"}}\n', other), null, type);
  }
});

test('an update may be an upsert, however its key is spelt', () => {
  for (const source of ['{"doc":{},"doc_as_upsert":true}', '{"\\u0075psert":{}}'])
    assert.deepEqual(read(`{"update":{"_index":"a","_id":"1"}}\n${source}\n`)?.[0]?.effects, ['insert', 'update'], source);
});

test('a script is told, however its key is spelt', () => {
  for (const source of ['{"script":"x"}', '{"\\u0073cript":"x"}'])
    assert.deepEqual(read(`{"update":{"_index":"a","_id":"1"}}\n${source}\n`)?.[0]?.functions, ['script'], source);
});

test('the longest bulk that is read takes little time', () => {
  const text = '{"delete":{"_index":"a","_id":"1"}}\n'.repeat(29_000);
  const start = process.cpuUsage();
  read(text);
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system < 1_000_000, `${user + system} µs`);
});
