// Parameters of Content fields: RFC 2231 names in all their spellings, and what two readers take apart differently.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parameterTexts, readMimeValue } from '../../src/classify/mime-parameters.ts';
import { MimeProblem } from '../../src/classify/mime-problem.ts';

const names = (text: string): readonly string[] => parameterTexts(readMimeValue(text).parameters, 'filename');

test('file names come plain, quoted, extended, continued and in encoded words', () => {
  assert.deepEqual(names('attachment; filename=a.txt'), ['a.txt']);
  assert.deepEqual(names('Attachment; FileName="a \\"b\\";c.txt";'), ['a "b";c.txt']);
  assert.deepEqual(names("attachment; filename*=UTF-8''caf%C3%A9.pdf; filename=cafe.pdf"), ['café.pdf', 'cafe.pdf']);
  assert.deepEqual(names(`attachment; filename*1*=%C3%A9; filename*0*=utf-8''caf; filename*2=%41.exe`), ['café%41.exe']);
  assert.deepEqual(names('attachment; filename*0=a; filename*1=.exe'), ['a.exe']);
  assert.deepEqual(names('attachment; filename="=?utf-8?Q?caf=C3=A9?="'), ['café']);
  assert.deepEqual(names("attachment; filename*=x-none''a%41"), ["x-none''a%41"]);
  assert.deepEqual(names('attachment; filename*=plain'), ['plain']);
  assert.deepEqual(names('inline'), []);
});

test('values are read in lower case', () => {
  assert.equal(readMimeValue('Multipart/Mixed; boundary=Aa').value, 'multipart/mixed');
  assert.equal(readMimeValue('multipart/mixed; boundary=Aa').parameters.get('boundary'), 'Aa');
});

test('two ways to read are a problem', () => {
  for (const text of [
    '',
    'text/plain; name=a; name=b',
    'text/plain; name=a b.exe',
    'text/plain (comment); name=a',
    'text/plain; name="a',
    'text/plain, text/html',
    'text/plain; ;name=a',
  ])
    assert.throws(() => readMimeValue(text), MimeProblem, text);
  for (const text of [
    'attachment; filename*1=a',
    'attachment; filename*0=a; filename*2=b',
    'attachment; filename*0=a; filename*0*=b',
  ])
    assert.throws(() => names(text), MimeProblem, text);
});
