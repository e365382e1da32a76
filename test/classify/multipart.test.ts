// Multipart bodies: one way to cut them, or none.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mediaType } from '../../src/classify/content-type.ts';
import { type MultipartRules, partText, readMultipart, writeMultipart } from '../../src/classify/multipart.ts';
import { HeaderList } from '../../src/http/headers.ts';

const FORM = 'multipart/form-data; boundary=B';

function read(body: string | Buffer, type = FORM, rules: MultipartRules = {}): ReturnType<typeof readMultipart> {
  return readMultipart(mediaType(new HeaderList(['content-type', type])), Buffer.from(body), rules);
}

function field(name: string, value: string, more = ''): string {
  return `--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
}

const END = '--B--\r\n';

test('fields and files in order, each a view of the body', () => {
  const file =
    '--B\r\nContent-Disposition: form-data; name="attachment"; filename="a.txt"\r\nContent-Type: Text/Plain; x=y\r\n\r\nhey\r\n';
  const bytes = Buffer.from(field('to', 'b@ex.com') + file + field('to', 'c@ex.com') + END);
  const { parts, problem } = readMultipart(mediaType(new HeaderList(['content-type', FORM])), bytes);
  assert.equal(problem, null);
  assert.deepEqual(
    parts.map((part) => [part.name, part.filename, part.type, partText(part)]),
    [
      ['to', undefined, '', 'b@ex.com'],
      ['attachment', 'a.txt', 'text/plain', 'hey'],
      ['to', undefined, '', 'c@ex.com'],
    ],
  );
  for (const part of parts) assert.equal(part.body.buffer, bytes.buffer);
});

test('a field behind a huge file is read', () => {
  const { parts } = read(`${field('attachment', 'x'.repeat(500_000), '; filename="a"')}${field('bcc', 'e@evil.example')}${END}`);
  assert.deepEqual([parts[1]?.name, parts[1] && partText(parts[1])], ['bcc', 'e@evil.example']);
});

test('a type that can be read in two ways is a problem, in words of its own', () => {
  for (const type of ['multipart/form-data; boundary=B; boundary=C', 'multipart/form-data; boundary=B, text/plain'])
    assert.match(read(field('a', '1') + END, type).problem ?? '', /Content-Type/, type);
});

test('boundaries may be quoted and odd', () => {
  const type = 'multipart/form-data; boundary="=_ (x)/?:\'"';
  const body = '--=_ (x)/?:\'\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--=_ (x)/?:\'--';
  assert.equal(read(body, type).parts.length, 1);
});

test('mixed and related parts need no name, and may nest', () => {
  const body = '--B\r\nContent-Type: application/http\r\nContent-ID: <1>\r\n\r\nGET / HTTP/1.1\r\n\r\n\r\n--B\r\n\r\nx\r\n--B--';
  for (const type of ['multipart/mixed; boundary=B', 'Multipart/Related; boundary=B']) {
    const { parts, problem } = read(body, type);
    assert.equal(problem, null);
    assert.deepEqual(
      [parts[0]?.headers.get('content-id'), parts[0]?.type, parts[1] && partText(parts[1])],
      ['<1>', 'application/http', 'x'],
    );
  }
  assert.equal(
    read('--B\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n--C--\r\n--B--', 'multipart/mixed; boundary=B').problem,
    null,
  );
});

describe('what servers cut or read differently is a problem', () => {
  const one = field('to', 'b@ex.com');
  const CASES: readonly (readonly [name: string, body: string | Buffer, type?: string])[] = [
    ['no boundary', one + END, 'multipart/form-data'],
    ['two boundaries', one + END, 'multipart/form-data; boundary=B; boundary=C'],
    ['an empty boundary', one + END, 'multipart/form-data; boundary=""'],
    ['a boundary that ends in a blank', one + END, 'multipart/form-data; boundary="B "'],
    [
      'a boundary that ends in a blank, which the body repeats',
      (one + END).replaceAll('--B', '--B '),
      'multipart/form-data; boundary="B "',
    ],
    ['a boundary of other characters', (one + END).replaceAll('--B', '--B<'), 'multipart/form-data; boundary="B<"'],
    ['another type', one + END, 'text/plain; boundary=B'],
    ['another charset', one + END, 'multipart/form-data; boundary=B; charset=utf-16'],
    ['another case of the boundary', one + END, 'multipart/form-data; boundary=b'],
    ['a preamble', `x\r\n${one}${END}`],
    ['a preamble that looks like a part', `xxx${one.slice(3)}${one}${END}`],
    ['an empty line before', `\r\n${one}${END}`],
    ['an epilogue', `${one}${END}${one}${END}`],
    ['no final boundary', one],
    ['a cut final boundary', `${one}--B-`],
    ['nothing', ''],
    ['LF alone', (one + END).replaceAll('\r\n', '\n')],
    ['LF alone before a boundary', one.replace(/\r\n$/, '\n') + END],
    ['CR alone before a boundary', one.replace(/\r\n$/, '\r') + END],
    ['a boundary within a line', field('to', 'x--B') + END],
    ['a boundary with a tail', field('to', 'x\r\n--Bx') + END],
    ['a boundary with a tail where its line should end', `${one}--Bxx${field('cc', 'x').slice(5)}${END}`],
    ['blanks behind a boundary', one.replace('--B\r\n', '--B \r\n') + END],
    [
      'a transfer coding',
      `--B\r\nContent-Disposition: form-data; name="to"\r\nContent-Transfer-Encoding: base64\r\n\r\nYg==\r\n${END}`,
    ],
    ['a content coding', `--B\r\nContent-Disposition: form-data; name="to"\r\nContent-Encoding: gzip\r\n\r\nx\r\n${END}`],
    ['no name', `--B\r\nContent-Type: text/plain\r\n\r\nx\r\n${END}`],
    ['no header', `--B\r\n\r\nx\r\n${END}`],
    ['no end of header', `--B\r\nContent-Disposition: form-data; name="to"\r\n${END}`],
    ['an empty name', field('', 'x') + END],
    ['a blank in front of a name', field(' to', 'x') + END],
    ['a name of two readings', field('a\\"; name=\\"to', 'x') + END],
    ['a name again', field('to', 'x', '; name="cc"') + END],
    ['a header again', one.replace('\r\n\r\n', '\r\nContent-Disposition: form-data; name="cc"\r\n\r\n') + END],
    ['a folded header', one.replace('; name', ';\r\n name') + END],
    ['a charset in a folded line', one.replace('\r\n\r\n', '\r\nContent-Type: text/plain;\r\n charset=utf-7\r\n\r\n') + END],
    [
      'a transfer coding with a blank before its colon',
      one.replace('\r\n\r\n', '\r\nContent-Transfer-Encoding : base64\r\n\r\n') + END,
    ],
    ['a control in a header', one.replace('\r\n\r\n', '\r\nX: a\u0001b\r\n\r\n') + END],
    ['a blank before the colon', one.replace('Disposition:', 'Disposition :') + END],
    ['a nested multipart', one.replace('\r\n\r\n', '\r\nContent-Type: multipart/mixed; boundary=C\r\n\r\n') + END],
    ['another charset of a field', one.replace('\r\n\r\n', '\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n') + END],
    ['another disposition', one.replace('form-data', 'attachment') + END],
    ['a charset for all', field('_charset_', 'utf-16') + END],
    ['another method', field('_method', 'DELETE') + END],
    [
      'a header that is not UTF-8',
      Buffer.concat([
        Buffer.from('--B\r\nContent-Disposition: form-data; name="'),
        Buffer.from([0xff]),
        Buffer.from(`"\r\n\r\nx\r\n${END}`),
      ]),
    ],
    ['too many parts', field('a', '1').repeat(1001) + END],
    ['a huge header', one.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`) + END],
  ];
  for (const [name, body, type] of CASES)
    test(name, () => {
      const { parts, problem } = read(body, type);
      assert.ok(problem !== null);
      assert.deepEqual(parts, []);
    });
});

test('LF alone is read where it is asked for, but never half and half', () => {
  const body = '--B\nContent-Type: application/http\n\nx\n--B--\n';
  const type = 'multipart/mixed; boundary=B';
  assert.equal(read(body, type).parts.length, 0);
  const { parts } = read(body, type, { bareLf: true });
  assert.equal(parts[0] && partText(parts[0]), 'x');
  for (const mixed of ['--B\n\nx\r\n--B--', '--B\r\n\r\nx\n--B--', '--B\n\nx\n--B\r\n\r\ny\r\n--B--'])
    assert.notEqual(read(mixed, type, { bareLf: true }).problem, null, mixed);
});

test('what is written reads back as it was', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  const body = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, body), { minLength: 1, maxLength: 8 }), (fields) => {
      const boundary = '----boundary-of-the-test';
      const parts = fields.map(([each, bytes]) => ({
        head: Buffer.from(`Content-Disposition: form-data; name="${each}"\r\n\r\n`),
        body: Buffer.from(bytes),
      }));
      const back = read(writeMultipart(boundary, parts), `multipart/form-data; boundary=${boundary}`);
      assert.equal(back.problem, null);
      assert.deepEqual(
        back.parts.map((part) => [part.name, Buffer.from(part.body).toString('hex')]),
        fields.map(([each, bytes]) => [each, Buffer.from(bytes).toString('hex')]),
      );
    }),
  );
  assert.throws(() => writeMultipart('B', [{ head: Buffer.from('\r\n'), body: Buffer.from('x--B') }]), /boundary/);
});

test('no bytes make it throw, and parts never overlap', () => {
  const piece = fc.constantFrom(
    '--B',
    '--B--',
    '\r\n',
    '\n',
    '\r',
    'Content-Disposition: form-data; name="to"',
    ': ',
    'x',
    '\0',
    '--',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { parts, problem } = read(pieces.join(''), FORM, { bareLf: true });
      assert.ok(problem === null ? parts.length >= 0 : parts.length === 0);
    }),
  );
});

test('a hostile megabyte costs little', () => {
  const started = performance.now();
  for (const body of [
    '--B\r\n'.repeat(200_000),
    `--B\r\n${'a: b\r\n'.repeat(170_000)}`,
    '--B'.repeat(340_000),
    `--B\r\n\r\n${'\r\n--'.repeat(260_000)}`,
  ])
    read(body);
  assert.ok(performance.now() - started < 10_000);
});
