// `Proxy-Authorization` values: what has one reading is read, everything else is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCredentials, parseUsername } from '../../src/identify/credentials.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('Basic gives agent, session and token', () => {
  assert.deepEqual(parseCredentials(basic('bot:secret')), { agent: 'bot', session: null, token: 'secret' });
  assert.deepEqual(parseCredentials(basic('bot~run-7:secret')), { agent: 'bot', session: 'run-7', token: 'secret' });
  assert.deepEqual(parseCredentials(basic('bot:a:b')), { agent: 'bot', session: null, token: 'a:b' });
  assert.deepEqual(parseCredentials(basic('bot:secret').replace('Basic', 'bAsIc')), {
    agent: 'bot',
    session: null,
    token: 'secret',
  });
  assert.deepEqual(parseCredentials(basic('bot:secret').replace(/=+$/, '')), { agent: 'bot', session: null, token: 'secret' });
});

test('Bearer gives a token and no name', () => {
  assert.deepEqual(parseCredentials('Bearer ilk_a_x'), { agent: null, session: null, token: 'ilk_a_x' });
});

test('what could be read in two ways is not read', () => {
  const odd = [
    '',
    'Basic',
    'Basic ',
    'Bearer',
    'Digest abc',
    'Basic a b',
    `${basic('bot:secret')}, Basic eA==`,
    basic(''),
    basic(':secret'),
    basic('bot:'),
    basic('bot'),
    basic('bot~:x'),
    basic('~s:x'),
    basic('bot~a~b:x'),
    basic('b t:x'),
    basic('bot:x\n'),
    basic('bot:é'),
    basic('bot\0:x'),
    'Basic !!!!',
    `Basic ${Buffer.from('bot:>>>???').toString('base64url')}`,
    basic(`bot:${'x'.repeat(600)}`),
    'Basic Ym90Ong=====',
    'Basic Ym90Onh',
  ];
  for (const value of odd) assert.equal(parseCredentials(value), null, value);
});

test('whatever comes in, nothing is thrown, and what is read is made of a name and a token', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string().map(basic),
        fc.base64String().map((text) => `Basic ${text}`),
      ),
      (value) => {
        const read = parseCredentials(value);
        if (read === null) return;
        assert.ok(read.token.length > 0);
        if (read.agent !== null)
          assert.deepEqual(parseUsername(read.session === null ? read.agent : `${read.agent}~${read.session}`), {
            agent: read.agent,
            session: read.session,
          });
      },
    ),
    { numRuns: 300 },
  );
});
