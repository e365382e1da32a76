// The route that takes Slack's forms: only there, only signed, never large, and absent where Slack is not configured.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignedRequest, SignatureCheck } from '../../src/approve/slack-signature.ts';
import { consoleDesk } from '../support/console-desk.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': '1', 'x-slack-signature': 's' };
const PATH = '/v1/slack/interactions';

function door(said: SignatureCheck) {
  const seen: SignedRequest[] = [];
  return { seen, slack: { receive: (request: SignedRequest) => (seen.push(request), said) } };
}

test('hands over the very bytes and answers 200 with nothing', async () => {
  const { seen, slack } = door('genuine');
  await using console = await consoleDesk({ slack });
  const body = 'payload=%7B%7D&x=+%20';
  const answer = await console.ask('POST', PATH, FORM, body);
  assert.deepEqual([answer.status, answer.text], [200, '']);
  assert.deepEqual(seen, [{ timestamp: '1', signature: 's', body: Buffer.from(body) }]);
});

test('says 401 to every wrong signature alike, and 503 when there is too much', async () => {
  for (const [said, status] of [
    ['forged', 401],
    ['stale', 401],
    ['replayed', 401],
    ['busy', 503],
  ] as const) {
    await using console = await consoleDesk({ slack: door(said).slack });
    const answer = await console.ask('POST', PATH, FORM, 'payload=x');
    assert.equal(answer.status, status);
    assert.ok(!answer.text.includes(said));
  }
});

test('a header sent twice, another content type, a large body, another method or another Host get no further', async () => {
  const { seen, slack } = door('genuine');
  await using console = await consoleDesk({ slack });
  assert.equal((await console.ask('POST', PATH, { ...FORM, 'content-type': 'application/json' }, '{}')).status, 415);
  assert.equal((await console.ask('POST', PATH, FORM, 'x'.repeat(300_000))).status, 413);
  assert.equal((await console.ask('GET', PATH)).status, 404);
  assert.equal((await console.ask('POST', PATH, { ...FORM, host: 'evil.example' }, 'payload=x')).status, 421);
  assert.equal((await console.ask('POST', PATH, { ...FORM, origin: 'https://evil.example' }, 'payload=x')).status, 403);
  assert.equal(seen.length, 0);
  await console.ask('POST', PATH, { ...FORM, 'x-slack-signature': ['a', 'b'] }, 'payload=x');
  assert.equal(seen[0]?.signature, null);
});

test('no other route learns to read forms, and without Slack there is no such route', async () => {
  await using console = await consoleDesk({ slack: door('genuine').slack });
  const { desk } = console;
  const form = { ...FORM, authorization: `Bearer ${desk.tokens.fay}` };
  assert.equal((await console.ask('POST', '/v1/tickets/t_x/approve', form, 'a=b')).status, 415);
  await using without = await consoleDesk();
  assert.equal((await without.ask('POST', PATH, { 'content-type': 'application/json' }, '{}')).status, 404);
});
