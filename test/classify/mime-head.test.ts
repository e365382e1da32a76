// Header blocks: fields, folds and ends that all readers agree on, and the ones that they don't.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlyField, readMimeHead } from '../../src/classify/mime-head.ts';
import { MimeProblem } from '../../src/classify/mime-problem.ts';

const read = (text: string) => readMimeHead(text, 0, text.length);
const CRLF = (text: string): string => text.replaceAll('\n', '\r\n');

test('fields are named without regard to case, unfolded, and found again in the bytes', () => {
  for (const text of ['TO: a@ex.com,\n\tb@ex.com\nSubject: x\n\nbody', CRLF('To: a@ex.com,\n\tb@ex.com\nsubject:x\n\nbody')]) {
    const { fields, bodyAt } = read(text);
    assert.deepEqual(
      fields.map(({ name, value }) => [name, value]),
      [
        ['to', 'a@ex.com,\tb@ex.com'],
        ['subject', 'x'],
      ],
    );
    assert.equal(text.slice(bodyAt), 'body');
    assert.match(text.slice(fields[0]?.start, fields[0]?.end), /^To:[^]*b@ex\.com\r?\n$/i);
    assert.match(text.slice(fields[1]?.start, fields[1]?.end), /^Subject: ?x\r?\n$/i);
  }
});

test('a block may be empty or end with the message', () => {
  assert.deepEqual(read('\r\nTo: a@ex.com'), { fields: [], lineEnd: '\r\n', bodyAt: 2 });
  assert.equal(read('To: a@ex.com').bodyAt, 12);
  assert.equal(read('').bodyAt, 0);
});

test('what one reader takes for header and another for body is a problem', () => {
  const blocks = {
    'bare LF': 'To: a@ex.com\r\nX: y\nBcc: e@evil.example\r\n\r\n',
    'bare CR': 'To: a@ex.com\r\nX: y\rBcc: e@evil.example\r\n\r\n',
    'an empty line of bare LF': 'To: a@ex.com\r\nX: y\n\nBcc: e@evil.example\r\n\r\n',
    'CR among LF': 'To: a@ex.com\nX: y\r\n\nz',
    'a blank line with a blank in it': 'To: a@ex.com\r\n \r\nBcc: e@evil.example\r\n\r\n',
    'a continuation first': ' To: a@ex.com\r\n\r\n',
    'a line without a colon': 'To: a@ex.com\r\nhello\r\nBcc: e@evil.example\r\n\r\n',
    'a blank before the colon': 'To: a@ex.com\r\nBcc : e@evil.example\r\n\r\n',
    'a mailbox line': 'From a@ex.com Mon Jan  1 00:00:00 2026\r\nTo: a@ex.com\r\n\r\n',
    'an 8-bit byte': 'To: a@ex.com\r\nX: \u0085Bcc: e@evil.example\r\n\r\n',
    'a vertical tab': 'To: a@ex.com\r\nX: \u000bBcc: e@evil.example\r\n\r\n',
    'a long line': `To: a@ex.com\r\nX: ${'x'.repeat(1000)}Bcc: e@evil.example\r\n\r\n`,
    'a long block': `X: y\r\n`.repeat(50_000),
    'many fields': `X: y\r\n`.repeat(1001),
    'no name': ': x\r\n\r\n',
  };
  for (const [name, text] of Object.entries(blocks)) assert.throws(() => read(text), MimeProblem, name);
});

test('a repeated field has no one value', () => {
  const { fields } = read('A: 1\r\na: 2\r\nB: 3\r\n\r\n');
  assert.equal(onlyField(fields, 'b'), '3');
  assert.equal(onlyField(fields, 'c'), undefined);
  assert.throws(() => onlyField(fields, 'a'), MimeProblem);
});
