// What JSON mail APIs share: which bodies are read, which header fields change nothing, where answers go.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, readJson, writeJson } from '../../../src/classify/strict-json.ts';
import { harmlessHeaders, mailDocument, readReplyTo, withMembers } from '../../../src/providers/email/mail-json.ts';
import { fixtureRequest } from '../../support/fixture-request.ts';

function doc(value: unknown): Json {
  const reading = readJson(Buffer.from(JSON.stringify(value)));
  assert.ok(reading.problem === null);
  return reading.value;
}

test('only a body declared as JSON in UTF-8 is read', () => {
  const read = (type: string, problem: string | null = null): Json | undefined => {
    const { view } = fixtureRequest(Buffer.from(`POST / HTTP/1.1\r\nHost: a.example\r\nContent-Type: ${type}\r\n\r\n`));
    return mailDocument(view, { bytes: Buffer.from('1'), problem });
  };
  assert.equal(read('application/json'), 1);
  for (const type of ['text/plain', 'application/json; charset=utf-16', 'application/x-www-form-urlencoded', 'x'])
    assert.equal(read(type), undefined);
  assert.equal(read('application/json', 'larger than 1048576 bytes'), undefined);
});

test('header fields that could change who gets a message are not harmless', () => {
  for (const headers of [undefined, null, {}, { 'X-Order': '1', 'List-Unsubscribe': '<mailto:x@ex.com>' }]) {
    assert.ok(harmlessHeaders(headers === undefined ? undefined : doc(headers)), JSON.stringify(headers));
  }
  for (const headers of [
    { bcc: 'x' },
    { 'BCC ': 'x' },
    { To: 'x' },
    { 'Resent-Cc': 'x' },
    { 'X-SMTPAPI': '{}' },
    { From: 'x' },
    { 'X-A': 'a\r\nBcc: x' },
    { 'X-A\r\nBcc': 'x' },
    { 'X-A': ['x'] },
    ['Bcc'],
    'Bcc: x',
  ]) {
    assert.ok(!harmlessHeaders(doc(headers)), JSON.stringify(headers));
  }
});

test('where answers go is read like every other address', () => {
  const read = (value: unknown): unknown => readReplyTo(doc(value))?.map((one) => one.address) ?? null;
  assert.deepEqual(read(['R <r@ex.com>', 'a@ex.com, b@ex.com']), ['r@ex.com', 'a@ex.com', 'b@ex.com']);
  assert.deepEqual(readReplyTo(undefined), []);
  for (const value of [{}, 5, ['nobody'], 'a@ex.com\nBcc: e@evil.example']) assert.equal(read(value), null);
});

test('members are set on a copy, and left out where undefined', () => {
  const object = doc({ a: 1, b: 2 });
  assert.ok(typeof object === 'object' && object !== null && !Array.isArray(object));
  assert.equal(
    writeJson(withMembers(Object.assign(Object.create(null), object), { a: undefined, c: 3, d: undefined })),
    '{"b":2,"c":3}',
  );
  assert.equal(writeJson(object), '{"a":1,"b":2}');
});
