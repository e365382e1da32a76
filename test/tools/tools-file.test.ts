// tools.yaml: what loads, and what is refused where it stands.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_SHAPE } from '../../src/decide/schema-shape.ts';
import { parseTools } from '../../src/tools/tools-file.ts';
import { SHAPE } from './tools-fixture.ts';

const check = (text: string | null) => parseTools('tools.yaml', text, SHAPE);

test('a bundle may say nothing', () => {
  for (const empty of [null, '', '# nothing yet\n']) assert.deepEqual(check(empty), { tools: [], findings: [] });
});

test('what a tool does is read with the places of its fields', () => {
  const text = `send_email:
  action: email.send
  also: [sendMail, send.mail]
  to: /message/to
  sender: { value: bot@example.com }
  subject: { argument: a.b }
  strict: true
  ignore: [body, /message/~1x~0]
pay:
  action: payment.payout
  amount: { argument: sum, unit: major }
  followed: true
`;
  assert.deepEqual(check(text), {
    findings: [],
    tools: [
      {
        names: ['send_email', 'sendMail', 'send.mail'],
        action: 'email.send',
        given: { to: { at: ['message', 'to'] }, sender: { value: 'bot@example.com' }, subject: { at: ['a.b'] } },
        strict: true,
        followed: false,
        ignore: [['body'], ['message', '/x~']],
      },
      {
        names: ['pay'],
        action: 'payment.payout',
        given: { amount: { at: ['sum'], unit: 'major' } },
        strict: false,
        followed: true,
        ignore: [],
      },
    ],
  });
});

const REFUSED: ReadonlyArray<readonly [text: string, line: number, column: number, message: RegExp]> = [
  ['- a\n', 1, 1, /not a mapping/],
  ['a: b\n', 1, 1, /says nothing/],
  ['"a\\u0001": { action: http.read, url: u }\n', 1, 1, /name/],
  ['a:\n  action: mail.send\n', 2, 11, /none that a tool/],
  ['a:\n  to: x\n', 1, 1, /none that a tool/],
  ['a:\n  action: email.send\n', 1, 1, /no `to`/],
  ['a:\n  action: email.send\n  to: x\n  too: y\n', 4, 3, /unknown key `too`/],
  ['a:\n  action: email.send\n  to: x\n  __proto__: y\n', 4, 3, /unknown key/],
  ['a:\n  action: email.send\n  to: x\n  constructor: y\n', 4, 3, /unknown key/],
  ['a:\n  action: email.send\n  to: { value: x@example.com }\n', 3, 7, /`to`/],
  ['a:\n  action: email.send\n  to: ""\n', 3, 7, /`to`/],
  ['a:\n  action: email.send\n  to: /a//b\n', 3, 7, /`to`/],
  ['a:\n  action: email.send\n  to: /a~2\n', 3, 7, /`to`/],
  ['a:\n  action: email.send\n  to: { argument: x, unit: major }\n', 3, 7, /`to`/],
  ['a:\n  action: payment.refund\n  amount: { argument: x, unit: cents }\n', 3, 11, /`amount`/],
  ['a:\n  action: payment.refund\n  amount: x\n  amountMinor: y\n', 3, 11, /both/],
  ['a:\n  action: database\n  statement: q\n', 1, 1, /no `dialect`/],
  ['a:\n  action: database\n  dialect: oracle\n  statement: q\n', 3, 12, /no dialect/],
  ['a:\n  action: database\n  dialect: mysql\n  statement: q\n  server: Db/x\n', 5, 11, /no host/],
  ['a:\n  action: http.read\n  url: u\n  also: b\n', 4, 9, /also/],
  ['a:\n  action: http.read\n  url: u\n  also: [""]\n', 4, 9, /also/],
  ['a:\n  action: http.read\n  url: u\n  strict: "yes"\n', 4, 11, /strict/],
  ['a:\n  action: http.read\n  url: u\n  followed: 1\n', 4, 13, /`followed` of `a` is neither true nor false/],
  ['a:\n  action: http.read\n  url: u\n  ignore: [1]\n', 4, 11, /ignore/],
  ['a:\n  action: http.read\n  url: u\nb:\n  action: http.read\n  url: u\n  also: [a]\n', 1, 1, /named twice/],
  ['a:\n  action: http.read\na: 1\n', 3, 1, /unique/],
];

test('everything else is refused where it stands', () => {
  for (const [text, line, column, message] of REFUSED) {
    const [first] = check(text).findings;
    assert.ok(first !== undefined, text);
    assert.deepEqual([first.line, first.column, first.severity], [line, column, 'error'], text);
    assert.match(first.message, message, text);
  }
});

test('an action that the schema does not have is refused', () => {
  const shape = { ...SHAPE, actions: SHAPE.actions.filter(({ name }) => name !== 'http.write') };
  const { findings } = parseTools('tools.yaml', 'a:\n  action: http.read\n  url: u\n', shape);
  assert.match(findings[0]?.message ?? '', /no action `http.write`/);
  assert.match(
    parseTools('tools.yaml', 'a:\n  action: http.read\n  url: u\n', NO_SHAPE).findings[0]?.message ?? '',
    /llm.tool-call/,
  );
});
