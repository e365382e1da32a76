// The signature gate, with the example of Slack's documentation, and its bounds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSignatureGate } from '../../src/approve/slack-signature.ts';
import { signed } from '../support/slack-origin.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const SECOND = 1_531_420_618;
const at = (second: number) => () => second * 1000;
const parts = (payload: unknown, second = SECOND) => {
  const { headers, body } = signed(SECRET, payload, second);
  return {
    timestamp: headers['x-slack-request-timestamp'] ?? null,
    signature: headers['x-slack-signature'] ?? null,
    body: Buffer.from(body),
  };
};

test("the documentation's example is genuine, once", () => {
  const body = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  );
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
  const gate = createSignatureGate(SECRET, at(SECOND));
  assert.equal(gate.check({ timestamp: '1531420618', signature, body }), 'genuine');
  assert.equal(gate.check({ timestamp: '1531420618', signature, body }), 'replayed');
});

test('five minutes in both directions', () => {
  for (const [off, said] of [
    [-301, 'stale'],
    [-300, 'genuine'],
    [300, 'genuine'],
    [301, 'stale'],
  ] as const)
    assert.equal(createSignatureGate(SECRET, at(SECOND)).check(parts({ off }, SECOND + off)), said, String(off));
});

test('anything but a signature over these bytes and this time is forged', () => {
  const gate = createSignatureGate(SECRET, at(SECOND));
  const good = parts({ a: 1 });
  const forgeries = [
    { ...good, signature: null },
    { ...good, timestamp: null },
    { ...good, signature: '' },
    { ...good, signature: (good.signature ?? '').toUpperCase() },
    { ...good, signature: `${good.signature}00` },
    { ...good, signature: (good.signature ?? '').slice(0, -2) },
    { ...good, timestamp: `${good.timestamp} ` },
    { ...good, timestamp: `0${good.timestamp}` },
    { ...good, timestamp: String(SECOND + 1) },
    { ...good, body: Buffer.concat([good.body, Buffer.from(' ')]) },
  ];
  for (const forged of forgeries) assert.equal(gate.check(forged), 'forged');
  assert.equal(gate.check(good), 'genuine');
});

test('what is remembered is bounded; when it is full nothing is taken, until what is stale has gone', () => {
  let second = SECOND;
  const gate = createSignatureGate(SECRET, () => second * 1000, 2);
  assert.equal(gate.check(parts(1)), 'genuine');
  assert.equal(gate.check(parts(2)), 'genuine');
  assert.equal(gate.check(parts(3)), 'busy');
  second += 301;
  assert.equal(gate.check(parts(4, second)), 'genuine');
});
