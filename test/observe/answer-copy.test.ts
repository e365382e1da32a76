// A copy is read when it is whole and small enough, and the client's answer never depends on it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Learnt } from '../../src/classify/known.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { answerCopy } from '../../src/observe/answer-copy.ts';
import { copyingReply } from '../../src/observe/copying-reply.ts';
import type { ObservedAnswer } from '../../src/providers/observation.ts';
import { slowReply } from '../support/slow-reply.ts';

const LIMIT = 1_000;

function copying(options: { budgetBytes?: number; read?: (answer: ObservedAnswer) => readonly Learnt[] } = {}) {
  const budget = createMemoryBudget(options.budgetBytes ?? 10_000);
  const answers: ObservedAnswer[] = [];
  const readings: Promise<readonly Learnt[]>[] = [];
  const read = (answer: ObservedAnswer): readonly Learnt[] => {
    answers.push(answer);
    return options.read?.(answer) ?? [];
  };
  const client = slowReply();
  const copy = answerCopy({ kind: 'copy', limitBytes: LIMIT, read }, budget, (reading) => void readings.push(reading));
  return { client, budget, answers, readings, reply: copyingReply(client, copy, (status) => status === 204) };
}

test('a whole answer is read decoded, and passes as it is', async () => {
  const { client, answers, readings, reply, budget } = copying();
  const coded = gzipSync('{"id":"d1"}');
  reply.head(201, ['Content-Encoding', 'gzip', 'ETag', '"1"']);
  for (const byte of coded) reply.write(Buffer.from([byte]));
  assert.equal(readings.length, 0, 'without a length it may go on');
  reply.end(['x-sum', '1']);
  await Promise.all(readings);
  assert.deepEqual(
    [answers[0]?.status, answers[0]?.headers.get('etag'), answers[0]?.body.toString()],
    [201, '"1"', '{"id":"d1"}'],
  );
  assert.deepEqual(
    [client.seen.text === coded.toString('latin1'), client.seen.headers, client.seen.trailers, client.seen.end],
    [true, ['Content-Encoding', 'gzip', 'ETag', '"1"'], ['x-sum', '1'], 'whole'],
  );
  assert.equal(budget.used, 0);
});

test('with a length it is read before its last byte goes to the client, and once', async () => {
  const { client, readings, reply } = copying();
  let atReading = '';
  reply.head(200, ['Content-Length', '4']);
  reply.write(Buffer.from('ab'));
  const before = client.seen.text;
  const push = readings.push.bind(readings);
  readings.push = (...items) => {
    atReading = client.seen.text;
    return push(...items);
  };
  reply.write(Buffer.from('cd'));
  reply.end([]);
  assert.deepEqual([before, atReading, readings.length], ['ab', 'ab', 1]);
});

test('what is longer than the limit is not held, however it comes, and passes', async () => {
  const declared = copying();
  declared.reply.head(200, ['Content-Length', String(LIMIT + 1)]);
  declared.reply.write(Buffer.from('x'));
  assert.equal(declared.budget.used, 0);

  const endless = copying();
  endless.reply.head(200, ['Content-Type', 'text/event-stream']);
  for (let i = 0; i < 100; i += 1) {
    endless.reply.write(Buffer.alloc(100, 'x'));
    assert.ok(endless.budget.used <= LIMIT);
  }
  endless.reply.end([]);
  assert.deepEqual([await endless.readings[0], endless.budget.used, endless.client.seen.text.length], [[], 0, 10_000]);

  const bomb = copying();
  bomb.reply.head(200, ['Content-Encoding', 'gzip']);
  bomb.reply.write(gzipSync(Buffer.alloc(100_000)));
  bomb.reply.end([]);
  assert.deepEqual([await bomb.readings[0], bomb.answers], [[], []]);
});

test('half an answer is never read, and gives its memory back', () => {
  for (const stop of ['abort', 'leave'] as const) {
    const { client, budget, readings, reply } = copying();
    reply.head(200, []);
    reply.write(Buffer.from('half'));
    assert.equal(budget.used, 4);
    if (stop === 'abort') reply.abort();
    else client.leave();
    reply.end([]);
    assert.deepEqual([readings.length, budget.used], [0, 0], stop);
  }
});

test('no body, an unknown coding, a lie about it, or no memory left: nothing is learnt, all of it passes', async () => {
  for (const [status, headers, budgetBytes] of [
    [204, [], 10_000],
    [200, ['Content-Encoding', 'lz4'], 10_000],
    [200, ['Content-Encoding', 'gzip'], 10_000],
    [200, [], 1],
  ] as const) {
    const { client, answers, readings, reply } = copying({ budgetBytes });
    reply.head(status, headers);
    reply.write(Buffer.from('bytes'));
    reply.end([]);
    await Promise.all(readings);
    assert.deepEqual([answers, client.seen.text, client.seen.end], [[], 'bytes', 'whole']);
  }
});

test('a reading that throws is nobody’s trouble but its own', async () => {
  const { client, readings, reply } = copying({
    read: () => {
      throw new Error('boom');
    },
  });
  reply.head(200, []);
  reply.write(Buffer.from('bytes'));
  reply.end([]);
  await assert.rejects(readings[0] ?? Promise.resolve());
  assert.deepEqual([client.seen.text, client.seen.end], ['bytes', 'whole']);
});
