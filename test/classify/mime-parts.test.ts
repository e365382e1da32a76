// Files in a message: by name, by disposition, by type, and in messages within messages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MimeAttachment, readAttachments } from '../../src/classify/mime-parts.ts';
import { MimeProblem } from '../../src/classify/mime-problem.ts';

const read = (text: string): MimeAttachment[] => readAttachments(text.replaceAll('\n', '\r\n'), '\r\n');
const mixed = (...parts: readonly string[]): string =>
  `Content-Type: multipart/mixed; boundary=B\n\n${parts.map((part) => `--B\n${part}\n`).join('')}--B--\n`;

test('text that is read in the mail is no file, everything else is', () => {
  assert.deepEqual(read('To: a@ex.com\n\nhello'), []);
  assert.deepEqual(read(mixed('\nhello', 'Content-Type: text/html\nContent-Disposition: inline\n\n<p>')), []);
  assert.deepEqual(read(mixed('Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nYWJj\nZA==')), [
    { names: ['unnamed'], type: 'application/pdf', bytes: 4 },
  ]);
  assert.deepEqual(read('Content-Disposition: attachment\n\nabc'), [{ names: ['unnamed'], type: 'text/plain', bytes: 3 }]);
});

test('names come from the disposition and from the type, differing ones too', () => {
  const part = 'Content-Type: text/plain; name="a.txt"\nContent-Disposition: inline; filename=a.exe\n\nx';
  assert.deepEqual(read(mixed(part)), [{ names: ['a.exe', 'a.txt'], type: 'text/plain', bytes: 1 }]);
  assert.deepEqual(read(mixed('Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\n')), [
    { names: ['a.txt'], type: 'text/plain', bytes: 0 },
  ]);
});

test('bytes are counted as they will be written', () => {
  const part = (coding: string, content: string): number | undefined =>
    read(mixed(`Content-Type: application/x; name=f\nContent-Transfer-Encoding: ${coding}\n\n${content}`))[0]?.bytes;
  assert.equal(part('quoted-printable', 'a=3D=\nb'), 3);
  assert.equal(part('BASE64', 'YQ=='), 1);
  assert.equal(part('base64', '!broken!'), 8);
  assert.equal(part('8bit', 'abc'), 3);
});

test('messages within messages are files and hold files', () => {
  const inner = mixed('Content-Disposition: attachment; filename=deep.zip\n\nx').replaceAll('B', 'C').trimEnd();
  const found = read(
    mixed(
      `Content-Type: message/rfc822\n\n${inner.replace('Content-Type', 'Subject: s\nContent-Type').replaceAll('Content-Cisposition', 'Content-Disposition')}`,
    ),
  );
  assert.deepEqual(
    found.map(({ names, type }) => [names[0], type]),
    [
      ['unnamed', 'message/rfc822'],
      ['deep.zip', 'text/plain'],
    ],
  );
  const digest = 'Content-Type: multipart/digest; boundary=B\n\n--B\n\nSubject: x\n\nhello\n--B--\n';
  assert.deepEqual(read(digest), [{ names: ['unnamed'], type: 'message/rfc822', bytes: 19 }]);
});

test('parts that can not be told surely are a problem', () => {
  let nest = 'x';
  for (let depth = 0; depth < 12; depth += 1)
    nest = `Content-Type: multipart/mixed; boundary=B${depth}Z\n\n--B${depth}Z\n${nest}\n--B${depth}Z--`;
  const messages = {
    'too deep': nest,
    'two types': 'Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=B\n\n',
    'no media type': 'Content-Type: multipart\n\n',
    'a coded multipart': mixed('\nx').replace('\n\n', '\nContent-Transfer-Encoding: base64\n\n'),
    'no boundary': 'Content-Type: multipart/mixed\n\nx',
    'a part whose head is no head': mixed('hello'),
    'many parts': mixed(...Array.from({ length: 1001 }, () => '\nx')),
  };
  for (const [name, text] of Object.entries(messages)) assert.throws(() => read(text), MimeProblem, name);
});
