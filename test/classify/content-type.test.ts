// The media type of a request: one reading, or none.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFormType, isJsonType, isUtf8Type, mediaType } from '../../src/classify/content-type.ts';
import { HeaderList } from '../../src/http/headers.ts';

function of(...values: string[]): ReturnType<typeof mediaType> {
  return mediaType(new HeaderList(values.flatMap((value) => ['Content-Type', value])));
}

test('type and parameters are read without regard to case', () => {
  const media = of('Application/JSON; Charset="UTF-8" ;boundary=aB');
  assert.equal(media.type, 'application/json');
  assert.deepEqual(
    [...media.parameters],
    [
      ['charset', 'UTF-8'],
      ['boundary', 'aB'],
    ],
  );
  assert.ok(isJsonType(media) && isUtf8Type(media));
  assert.ok(isFormType(of('application/x-www-form-urlencoded')));
  assert.ok(isJsonType(of('application/vnd.api+json')));
  assert.ok(!isJsonType(of('text/plain')) && !isFormType(of('multipart/form-data; boundary=x')));
});

test('absence is no problem and no type', () => {
  assert.deepEqual([of().type, of().problem], ['', null]);
});

test('what has two readings is a problem', () => {
  for (const values of [
    ['application/json', 'text/plain'],
    ['application/json', 'application/json'],
    ['application/json, text/plain'],
    ['application/json; charset=utf-8; charset=utf-16'],
    ['application/json; charset=utf-8, text/plain'],
    ['json'],
    [''],
    ['application/json; charset'],
    ['application/json charset=utf-8'],
  ]) {
    const media = of(...values);
    assert.notEqual(media.problem, null, values.join(' | '));
    assert.equal(media.type, '');
  }
});

test('only UTF-8 passes as a charset', () => {
  for (const charset of ['utf-16', 'latin1', 'utf-7', '"utf-8 "', 'us-ascii'])
    assert.ok(!isUtf8Type(of(`text/plain; charset=${charset}`)), charset);
});
