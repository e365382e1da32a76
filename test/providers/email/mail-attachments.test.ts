// Attachments of JSON APIs: names, types, sizes and URLs, or nothing when any of it is in doubt.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, readJson } from '../../../src/classify/strict-json.ts';
import { type AttachmentMembers, base64Bytes, readAttachments } from '../../../src/providers/email/mail-attachments.ts';

const MEMBERS: AttachmentMembers = {
  name: ['filename'],
  type: ['content_type', 'contentType'],
  content: ['content'],
  url: ['path'],
};

function doc(value: unknown): Json {
  const reading = readJson(Buffer.from(JSON.stringify(value)));
  assert.ok(reading.problem === null);
  return reading.value;
}

test('name, type and size are taken from wherever they stand', () => {
  assert.deepEqual(
    readAttachments(
      doc([
        { filename: 'a.pdf', content_type: 'Application/PDF; name=x', content: 'aGV5' },
        { filename: 'b', contentType: 'text/plain', content: { type: 'Buffer', data: [1, 2] } },
        { path: 'https://files.example/c.png', content: 'aGV5' },
        { filename: 5, content: '%%%' },
      ]),
      MEMBERS,
    ),
    [
      { name: 'a.pdf', type: 'application/pdf', bytes: 3 },
      { name: 'b', type: 'text/plain', bytes: 2 },
      { name: 'https://files.example/c.png', url: new URL('https://files.example/c.png') },
      { name: 'unnamed' },
    ],
  );
  assert.deepEqual(readAttachments(undefined, MEMBERS), []);
  assert.deepEqual(readAttachments(null, MEMBERS), []);
});

test('what is no list of attachments, or could be read in two ways, is not read', () => {
  for (const list of [
    'x',
    {},
    ['a'],
    [{ FileName: 'a' }],
    [{ contentType: 'a/b', FILENAME: 'a' }],
    [{ Path: 'https://evil.example/' }],
    [{ path: 'file:///etc/passwd' }],
    [{ path: '/etc/passwd' }],
    [{ path: ['https://evil.example/'] }],
  ])
    assert.equal(readAttachments(doc(list), MEMBERS), null, JSON.stringify(list));
});

test('the decoded size of base64 in either alphabet, with or without padding and line breaks', () => {
  for (const text of ['', 'a', 'ab', 'abc', 'abcd', 'abcde']) {
    const encoded = Buffer.from(text).toString('base64');
    assert.equal(base64Bytes(encoded), text.length);
    assert.equal(base64Bytes(encoded.replaceAll('=', '')), text.length);
    assert.equal(base64Bytes(encoded.replace(/(..)/, '$1\r\n')), text.length);
  }
  assert.equal(base64Bytes('a-_b'), 3);
  assert.equal(base64Bytes('a*bc'), undefined);
});
