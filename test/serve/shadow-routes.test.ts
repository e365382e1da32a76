// /v1/shadow: flips grouped for operators, with what is judged by and how much of it there was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shadowOf } from '../record/sample-bodies.ts';
import { consoleDesk } from '../support/console-desk.ts';

test('flips of the same kind are one row, with the exchanges to look at', async () => {
  const candidate = { policiesDir: '/next', digest: null, policies: 0, error: 'a\u001b[2Jb' };
  const counts = { judged: 9, flips: 3, dropped: 1, failed: 0 };
  await using console = await consoleDesk({ shadow: { counts: () => counts, candidate: () => candidate } });
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  for (const exchange of ['x1', 'x2']) console.desk.ledger.note(shadowOf(exchange));
  const answer: Record<string, unknown> = (await console.askAs(token, 'GET', '/v1/shadow')).read();
  assert.deepEqual(answer['counts'], counts);
  assert.ok(!JSON.stringify(answer['candidate']).includes('\\u001b'), 'texts are plain');
  const [flip, ...more]: Record<string, unknown>[] = answer['flips'] as Record<string, unknown>[];
  assert.equal(more.length, 0);
  assert.deepEqual([flip?.['count'], flip?.['would'], flip?.['exchanges']], [2, 'BLOCK', ['x2', 'x1']]);
});

test('the newest thousand are counted, and nobody else reads of any', async () => {
  await using console = await consoleDesk();
  const { token } = await console.desk.directory.addUser('olga', { groups: ['operators'] });
  for (let i = 0; i < 1_002; i += 1) console.desk.ledger.note(shadowOf(`x${i}`));
  const { flips } = (await console.askAs(token, 'GET', '/v1/shadow')).read();
  assert.equal(flips[0].count, 1_000);
  assert.equal((await console.askAs(console.desk.tokens.fay, 'GET', '/v1/shadow')).status, 403);
  assert.equal((await console.ask('GET', '/v1/shadow')).status, 401);
});
