// Content-Disposition: one name, one file name, or no reading at all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDisposition } from '../../src/classify/content-disposition.ts';

test('name and file name, quoted or not, in any case', () => {
  const read = (value: string): unknown[] => {
    const found = readDisposition(value);
    return found === null ? [null] : [found.kind, found.name, found.filename];
  };
  assert.deepEqual(read('form-data; name="to"'), ['form-data', 'to', undefined]);
  assert.deepEqual(read('Form-Data;name=to;FileName="a b.txt"'), ['form-data', 'to', 'a b.txt']);
  assert.deepEqual(read('attachment; filename="C:\\dir\\a.txt"'), ['attachment', undefined, 'C:\\dir\\a.txt']);
  assert.deepEqual(read(`form-data; name="f"; filename="x"; filename*=UTF-8''%E2%82%AC.txt`), ['form-data', 'f', '€.txt']);
  assert.deepEqual(read('form-data; name="f"; filename=""'), ['form-data', 'f', '']);
  assert.deepEqual(readDisposition(undefined), { kind: '', name: undefined, filename: undefined });
});

test('whatever has two readings is not read', () => {
  for (const value of [
    '',
    'form-data; name="to"; name="cc"',
    'form-data; name="to"; NAME="cc"',
    `form-data; name*=UTF-8''to; name="cc"`,
    'form-data; name="a\\"; x="to"',
    'form-data; name="a\\\\b"',
    'form-data; name="to',
    'form-data; name="to" x',
    'form-data; name="to"; other="x"',
    'form-data name="to"',
    `form-data; name="f"; filename*=iso-8859-1''%e4`,
    `form-data; name="f"; filename*=UTF-8''%ff`,
    'form-data; name="to";',
  ])
    assert.equal(readDisposition(value), null, value);
});
