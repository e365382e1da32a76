// Base64: honest text in its alphabets, and what decoders disagree on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BASE64, BASE64URL, MIME_BASE64, readBase64 } from '../../src/classify/base64.ts';

test('every encoding of bytes reads back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
      const bytes = Buffer.from(array);
      assert.deepEqual(readBase64(bytes.toString('base64'), BASE64), bytes);
      assert.deepEqual(readBase64(bytes.toString('base64url'), BASE64URL), bytes);
      assert.deepEqual(readBase64(bytes.toString('base64'), BASE64URL), bytes);
      const lines = bytes.toString('base64').replaceAll(/(.{1,76})/g, '$1\r\n');
      assert.deepEqual(readBase64(lines, MIME_BASE64), bytes);
    }),
  );
});

test('what decoders disagree on is no base64', () => {
  for (const text of ['YQ', 'YQ=', 'YQ===', 'YQ==YQ==', 'Y Q==', 'YQ==\n', '=', 'A', 'YR==', 'YWJ=', '_-8=', 'YQ==x', 'YWI=='])
    assert.equal(readBase64(text, BASE64), null, JSON.stringify(text));
  for (const text of ['+-8', '_-8+', 'YQ=', 'YR', 'YWJ', 'Y', 'YQ\n', ' YQ', 'YQ%3D%3D', 'Y\u0410==', '%', 'YQ=a'])
    assert.equal(readBase64(text, BASE64URL), null, JSON.stringify(text));
  for (const text of ['YQ==\r', 'Y Q==', 'Y\tQ==']) assert.equal(readBase64(text, MIME_BASE64), null, JSON.stringify(text));
});

test('padding is free or needed, as the form says', () => {
  assert.equal(String(readBase64('YQ', BASE64URL)), 'a');
  assert.equal(String(readBase64('YQ==', BASE64URL)), 'a');
  assert.equal(String(readBase64('', BASE64)), '');
});
