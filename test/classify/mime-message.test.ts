// Raw mail: who gets it by every field, and each way of making readers disagree.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MimeMessage, readMimeMessage } from '../../src/classify/mime-message.ts';

function read(text: string): MimeMessage {
  const reading = readMimeMessage(Buffer.from(text, 'latin1'));
  assert.equal(reading.problem, null);
  assert.ok(reading.message);
  return reading.message;
}

const addresses = (list: MimeMessage['to']): string[] => list.map(({ address }) => address);

test('every occurrence of every recipient field counts', () => {
  const message = read(
    'From: "Bot, The" <Bot@Ex.com>\r\nTO: a@ex.com,\r\n b@ex.com\r\nto: c@ex.com\r\nCc: Team: d@ex.com;\r\nbCC: e@ex.com\r\nBcc:\r\n' +
      'Resent-To: f@ex.com\r\nResent-Cc: g@ex.com\r\nResent-Bcc: h@ex.com\r\nApparently-To: i@ex.com\r\nReply-To: r@ex.com\r\n' +
      'Return-Path: <bounce@ex.com>\r\nSender: s@ex.com\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nTo: z@evil.example',
  );
  assert.deepEqual(addresses(message.from), ['bot@ex.com']);
  assert.deepEqual(addresses(message.to), ['a@ex.com', 'b@ex.com', 'c@ex.com', 'f@ex.com', 'i@ex.com']);
  assert.deepEqual(addresses(message.cc), ['d@ex.com', 'g@ex.com']);
  assert.deepEqual(addresses(message.bcc), ['e@ex.com', 'h@ex.com']);
  assert.deepEqual(addresses(message.replyTo), ['r@ex.com']);
  assert.equal(message.returnPath?.address, 'bounce@ex.com');
  assert.equal(message.sender?.address, 's@ex.com');
  assert.equal(message.subject, 'Grüße');
  assert.deepEqual(message.attachments, []);
});

test('hand-made mail with LF alone is read; the null return path names nobody', () => {
  const message = read('From: a@ex.com\nReturn-Path: <>\nTo: b@ex.com\n\nhello\nworld');
  assert.deepEqual(addresses(message.to), ['b@ex.com']);
  assert.equal(message.returnPath, undefined);
  assert.equal(read('\n').subject, undefined);
});

test('a body may hold what a header may not', () => {
  assert.deepEqual(addresses(read('To: b@ex.com\r\n\r\nh\u00e9llo\nworld\r\n..\r\n').to), ['b@ex.com']);
});

test('two ways to read are a problem', () => {
  const mail = (fields: string, body = 'x'): string => `From: a@ex.com\r\nTo: b@ex.com\r\n${fields}\r\n\r\n${body}`;
  const messages = {
    NUL: mail('X: y', 'a\0b'),
    'an encoded word as address': mail('Cc: =?utf-8?Q?e=40evil.example?='),
    'an address in an encoded name': mail('Cc: =?utf-8?Q?e=40evil.example=2C?= <c@ex.com>'),
    'a comment in an address': mail('Cc: c@(x)ex.com'),
    'a source route': mail('Cc: <@evil.example:c@ex.com>'),
    'an unquoted spoof': mail('Cc: e@evil.example <c@ex.com>'),
    'two Froms': mail('From: e@ex.com'),
    'two Subjects': mail('Subject: a\r\nSubject: b'),
    'two Senders': mail('Sender: a@ex.com\r\nSender: b@ex.com'),
    'two in Sender': mail('Sender: a@ex.com, b@ex.com'),
    'an address in an encoded name of Sender': mail('Sender: =?utf-8?Q?e=40evil.example=2C?= <a@ex.com>'),
    'sent on by somebody else': mail('Resent-From: e@evil.example'),
    'a line break in the subject': mail('Subject: =?utf-8?Q?a=0D=0ABcc:_e=40evil.example?='),
    'a dot on its own between bare LF': mail('X: y', 'a\n.\nMAIL FROM:<e@evil.example>'),
    'a dot on its own behind a bare LF': mail('X: y', 'a\n.\r\nMAIL FROM:<e@evil.example>'),
    'a dot on its own before a bare LF': mail('X: y', 'a\r\n.\nMAIL FROM:<e@evil.example>'),
    'a dot on its own between bare CR': mail('X: y', 'a\r.\rMAIL FROM:<e@evil.example>'),
    'a part that is none': mail('Content-Type: multipart/mixed; boundary=B'),
  };
  for (const [name, text] of Object.entries(messages)) {
    const reading = readMimeMessage(Buffer.from(text, 'latin1'));
    assert.equal(reading.message, undefined, name);
    assert.equal(typeof reading.problem, 'string', name);
  }
});

test('no bytes make it throw', () => {
  const piece = fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    ' ',
    'To',
    ':',
    'a@ex.com',
    ',',
    '--B',
    'Content-Type: multipart/mixed; boundary=B',
    'é',
    '.',
    '=?',
    '"',
    '<',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => void readMimeMessage(Buffer.from(pieces.join(''), 'latin1'))),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void readMimeMessage(Buffer.from(bytes))));
});

test('a megabyte of bait costs little', () => {
  const baits = [
    `Content-Type: multipart/mixed; boundary=B\r\n\r\n${'--B'.repeat(340_000)}`,
    `Content-Type: multipart/mixed; boundary=B\r\n\r\n${'\r\n--B\r\n\r\n'.repeat(110_000)}`,
    `To: ${'a@ex.com,\r\n '.repeat(20_000)}b@ex.com\r\n\r\n`,
    `To: ${'"'.repeat(990)}\r\n${' =?utf-8?Q?'.repeat(80)}\r\n`.repeat(100),
    `X: y\r\n\r\n${'\n.'.repeat(500_000)}`,
    `Content-Transfer-Encoding: quoted-printable\r\nContent-Disposition: attachment\r\n\r\n${'=   '.repeat(250_000)}`,
    `Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n${'AAAA'.repeat(250_000)}!`,
  ];
  for (const bait of baits) {
    const bytes = Buffer.from(bait, 'latin1');
    const tries = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      readMimeMessage(bytes);
      return process.cpuUsage(before).user / 1000;
    });
    assert.ok(Math.min(...tries) < 150, `${bait.slice(0, 60)}: ${tries.join(', ')} ms`);
  }
});
