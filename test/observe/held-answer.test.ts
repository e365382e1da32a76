// What answers hold back counts with all other bodies in memory: too much of it cuts the answer, and all of it is given back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderList } from '../../src/http/headers.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { heldAnswer } from '../../src/observe/held-answer.ts';
import { rewritingReply } from '../../src/observe/rewriting-reply.ts';
import { toolsObservation } from '../../src/providers/mcp/tools-observation.ts';
import { requestView } from '../support/request-view.ts';
import { slowReply } from '../support/slow-reply.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const AIDS = { mayDo: () => Promise.resolve(true), learn: () => undefined, say: () => undefined, find: () => undefined };
const JSON_HEAD = ['Content-Type', 'application/json'];
const EVENTS_HEAD = ['Content-Type', 'text/event-stream'];

/** The answer of an MCP server on its way to a client. */
function answering(budget = createMemoryBudget(1_000)) {
  const client = slowReply();
  const observation = toolsObservation(requestView('POST', '/mcp', { host: 'mcp.test' }));
  const reply = rewritingReply(client, { observation, aids: AIDS, bodyless: () => false, budget });
  return { budget, client, reply };
}

for (const head of [JSON_HEAD, EVENTS_HEAD])
  test(`all answers together are bounded: ${head[1]}`, async () => {
    const { budget, client, reply } = answering();
    const other = answering(budget);
    for (const one of [reply, other.reply]) one.head(200, head);
    reply.write(Buffer.alloc(600, 0x61));
    assert.equal(budget.used, 600);
    assert.throws(() => budget.take(600), { code: 'MEMORY_EXHAUSTED' }, 'a request body has to wait for it');
    other.reply.write(Buffer.alloc(300, 0x61));
    other.reply.write(Buffer.alloc(300, 0x61));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await other.reply.ended())?.code, 'UPSTREAM_PROTOCOL');
    assert.deepEqual([other.client.seen.end, other.client.seen.text], ['cut', '']);
    assert.equal(budget.used, 600, 'the answer that was cut gives back what it had');
    reply.end([]);
    assert.equal(await reply.ended(), null);
    assert.deepEqual([budget.used, client.seen.end], [0, 'whole']);
  });

test('it is given back when the client leaves, the upstream breaks off, or a whole event goes on', async () => {
  const { budget, client, reply } = answering();
  reply.head(200, JSON_HEAD);
  reply.write(Buffer.alloc(400));
  client.leave();
  assert.equal(budget.used, 0);
  const broken = answering(budget);
  broken.reply.head(200, JSON_HEAD);
  broken.reply.write(Buffer.alloc(400));
  broken.reply.abort();
  assert.equal(budget.used, 0);
  const events = answering(budget);
  events.reply.head(200, EVENTS_HEAD);
  events.reply.write(Buffer.from('data: {}\n\ndata: {'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([events.client.seen.text, budget.used], ['data: {}\n\n', 7]);
});

test('of a list that is too long to be read nothing is held any more', () => {
  const budget = createMemoryBudget(10_000_000);
  const { reply } = answering(budget);
  reply.head(200, JSON_HEAD);
  reply.write(Buffer.alloc(4 * 1024 * 1024));
  assert.equal(budget.used, 4 * 1024 * 1024);
  reply.write(Buffer.alloc(1));
  assert.equal(budget.used, 0);
});

test('a step that is under way when memory runs out fails unheard', async () => {
  const rewriter = {
    push: () => Promise.reject(new Error('later')),
    end: () => Buffer.alloc(0),
    heldBytes: () => 2_000,
    headers: ['X-A', '1'],
  };
  const held = heldAnswer(rewriter, createMemoryBudget(1_000));
  await throwsWithCode('MEMORY_EXHAUSTED', () => held.push(Buffer.alloc(1)));
  await new Promise((resolve) => setImmediate(resolve));
  held.release();
  await held.end();
  assert.deepEqual([held.heldBytes(), new HeaderList(held.headers ?? []).get('x-a')], [0, '1']);
});

test('what a step holds is counted again when it is done', async () => {
  let bytes = 100;
  const rewriter = {
    push: async () => {
      await Promise.resolve();
      bytes = 2_000;
      return Buffer.alloc(0);
    },
    end: () => Buffer.alloc(0),
    heldBytes: () => bytes,
  };
  const budget = createMemoryBudget(1_000);
  const held = heldAnswer(rewriter, budget);
  await throwsWithCode('MEMORY_EXHAUSTED', async () => void (await held.push(Buffer.alloc(1))));
  assert.equal(budget.used, 100);
  held.release();
  assert.equal(budget.used, 0);
});
