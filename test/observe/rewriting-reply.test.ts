// What the client gets is what the rewriter gave, as it comes; and where that fails, a broken answer and not a raw byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { InterlockError } from '../../src/errors.ts';
import { createMemoryBudget } from '../../src/http/memory-budget.ts';
import { rewritingReply } from '../../src/observe/rewriting-reply.ts';
import type { AnswerHead, AnswerRewriter, RewriteAids } from '../../src/providers/observation.ts';
import { type SlowReply, slowReply } from '../support/slow-reply.ts';
import { throwsWithCode } from '../support/throws-with-code.ts';

const AIDS = { mayDo: () => Promise.resolve(true), learn: () => undefined, say: () => undefined, find: () => undefined };

/** Lets everything through in upper case, and says so at the end. */
const SHOUTING: AnswerRewriter = {
  push: (chunk) => Buffer.from(chunk.toString().toUpperCase()),
  end: () => Buffer.from('!'),
  heldBytes: () => 0,
};

function rewriting(open: (head: AnswerHead) => AnswerRewriter | null, client: SlowReply = slowReply()) {
  const reply = rewritingReply(client, {
    observation: { kind: 'rewrite', open },
    aids: AIDS,
    bodyless: (status) => status === 304,
    budget: createMemoryBudget(1_000_000),
  });
  let resumed = 0;
  let left = 0;
  reply.onDrain(() => void (resumed += 1));
  reply.onClose(() => void (left += 1));
  return { client, reply, seen: client.seen, resumed: () => resumed, left: () => left };
}

test('the client gets the rewritten bytes, without the fields that told of the old ones', async () => {
  const { reply, seen } = rewriting(() => ({ ...SHOUTING, headers: ['X-Rewritten', 'yes', 'Cache-Control', 'no-store'] }));
  reply.head(200, [
    'Content-Type',
    'text/plain',
    'Content-Length',
    '5',
    'ETag',
    '"1"',
    'Content-MD5',
    'x',
    'Repr-Digest',
    'y',
    'cache-control',
    'public',
  ]);
  reply.write(Buffer.from('he'));
  assert.equal(seen.text, 'HE');
  reply.write(Buffer.from('llo'));
  reply.end(['Content-Digest', 'z', 'x-kept', '1']);
  assert.deepEqual(seen.headers, ['Content-Type', 'text/plain', 'X-Rewritten', 'yes', 'Cache-Control', 'no-store']);
  assert.deepEqual([seen.text, seen.end, seen.trailers, await reply.ended()], ['HELLO!', 'whole', ['x-kept', '1'], null]);
});

const LATE: AnswerRewriter = {
  ...SHOUTING,
  headWaits: true,
  push: (chunk) => (chunk.includes('.') ? Buffer.from('.') : Buffer.alloc(0)),
};

test('a head that waits goes with the first bytes, or at the end', async () => {
  const { reply, seen } = rewriting(() => LATE);
  reply.head(200, ['x', '1', 'Content-Length', '9']);
  reply.write(Buffer.from('held'));
  assert.deepEqual([seen.status, reply.headSent], [0, false]);
  reply.write(Buffer.from('.'));
  assert.deepEqual([seen.status, seen.headers, seen.text], [200, ['x', '1'], '.']);
  const other = rewriting(() => ({ ...LATE, end: () => Buffer.alloc(0) }));
  other.reply.head(200, []);
  other.reply.end([]);
  assert.deepEqual([other.seen.status, other.seen.end, await other.reply.ended()], [200, 'whole', null]);
});

test('what fails before its head is left to be told in words, and the upstream is let go', async () => {
  const failing = { ...LATE, end: () => Promise.reject(new InterlockError('CLASSIFY_FAILED', 'unread')) };
  const { reply, seen, left } = rewriting(() => failing);
  reply.head(200, []);
  reply.write(Buffer.from('held'));
  reply.end([]);
  const error = await reply.ended();
  assert.deepEqual([error?.code, error?.message, seen.status, seen.end, left()], ['CLASSIFY_FAILED', 'unread', 0, 'none', 1]);
  assert.equal(reply.write(Buffer.from('.')), true);
  assert.deepEqual([seen.status, seen.text], [0, '']);
});

test('an upstream that fails before the head leaves nothing that could be given later', async () => {
  const later = Promise.withResolvers<Buffer>();
  const { reply, seen } = rewriting(() => ({ ...LATE, push: () => later.promise }));
  reply.head(200, []);
  reply.write(Buffer.from('held'));
  assert.equal(await reply.ended(), null);
  later.resolve(Buffer.from('late'));
  await later.promise;
  await Promise.resolve();
  assert.deepEqual([seen.status, seen.text], [0, '']);
});

test('a coded answer is rewritten decoded, event by event', async () => {
  const { reply, seen } = rewriting(() => SHOUTING);
  reply.head(200, ['Content-Encoding', 'gzip', 'Content-Type', 'text/event-stream']);
  const encoder = createGzip();
  encoder.on('data', (bytes: Buffer) => void reply.write(bytes));
  for (const [i, event] of ['one\n', 'two\n'].entries()) {
    encoder.write(event);
    encoder.flush(constants.Z_SYNC_FLUSH);
    while (seen.text.length < 4 * (i + 1)) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(seen.text, 'ONE\nTWO\n', 'nothing waits for the end of the stream');
  encoder.on('end', () => reply.end([]));
  encoder.end();
  while (seen.end === 'none') await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(
    [seen.text, seen.end, seen.headers, await reply.ended()],
    ['ONE\nTWO\n!', 'whole', ['Content-Type', 'text/event-stream'], null],
  );
});

test('what the provider leaves alone, and what has no body, passes as it is', async () => {
  for (const [status, last] of [
    [500, false],
    [304, false],
    [200, true],
  ] as const) {
    const { reply, seen } = rewriting((head) => (head.status === 200 || head.status === 304 ? SHOUTING : null));
    reply.head(status, ['Content-Length', '3', 'ETag', '"1"', 'Content-Encoding', 'lz4'], last);
    reply.write(Buffer.from('raw'));
    reply.end([]);
    assert.deepEqual([seen.text, seen.headers.length, await reply.ended()], ['raw', 6, null]);
  }
});

const THROWS: Readonly<Record<string, AnswerRewriter>> = {
  pushing: {
    push: (chunk) => {
      if (chunk.includes('secret')) throw new Error('too much is held back');
      return chunk;
    },
    end: () => Buffer.alloc(0),
    heldBytes: () => 0,
  },
  ending: {
    push: () => Buffer.alloc(0),
    end: () => {
      throw new Error('the document is not whole');
    },
    heldBytes: () => 0,
  },
};

for (const [when, rewriter] of Object.entries(THROWS))
  for (const coded of [false, true])
    test(`a rewriter that throws cuts the answer: ${when}, ${coded ? 'coded' : 'plain'}`, async () => {
      const { reply, seen, left } = rewriting(() => rewriter);
      reply.head(200, coded ? ['Content-Encoding', 'gzip'] : ['Content-Length', '12']);
      const parts = [Buffer.from('fine '), Buffer.from('secret')];
      if (coded) reply.write(gzipSync(Buffer.concat(parts)));
      else for (const part of parts) reply.write(part);
      reply.end([]);
      const error = await reply.ended();
      assert.deepEqual([seen.end, error?.code], ['cut', 'UPSTREAM_PROTOCOL']);
      assert.ok(!seen.text.includes('secret'), 'not a raw byte');
      reply.write(Buffer.from('secret'));
      reply.end([]);
      assert.deepEqual([seen.end, seen.text.includes('secret'), left() > 0], ['cut', false, true]);
    });

test('a coded answer that is cut short, or is no such thing, is cut', async () => {
  for (const bytes of [gzipSync('hello').subarray(0, -4), Buffer.from('hello')]) {
    const { reply, seen } = rewriting(() => SHOUTING);
    reply.head(200, ['Content-Encoding', 'gzip']);
    reply.write(bytes);
    reply.end([]);
    assert.deepEqual([(await reply.ended())?.code, seen.end], ['UPSTREAM_PROTOCOL', 'cut']);
  }
});

test('what can not be undone, or not be opened, is told before a head went out', async () => {
  const unknown = rewriting(() => SHOUTING);
  await throwsWithCode('UPSTREAM_PROTOCOL', () => unknown.reply.head(200, ['Content-Encoding', 'lz4']));
  assert.equal(unknown.reply.headSent, false);
  const throwing = rewriting(() => {
    throw new Error('boom');
  });
  assert.throws(() => throwing.reply.head(200, []));
  assert.deepEqual([throwing.reply.headSent, await throwing.reply.ended()], [false, null]);
});

test('a client that takes nothing holds the upstream back, coded or not', async () => {
  const plain = rewriting(() => SHOUTING);
  plain.client.taking = false;
  plain.reply.head(200, []);
  assert.equal(plain.reply.write(Buffer.from('x')), false);
  plain.client.drain();
  assert.equal(plain.resumed(), 1);

  const coded = rewriting(() => SHOUTING);
  coded.client.taking = false;
  coded.reply.head(200, ['Content-Encoding', 'gzip']);
  const bytes = gzipSync(Buffer.alloc(4 * 1024 * 1024, 'x'), { level: 0 });
  let at = 0;
  while (at < bytes.length && coded.reply.write(bytes.subarray(at, at + 65_536))) at += 65_536;
  assert.ok(at < 1024 * 1024);
  coded.client.drain();
  while (coded.resumed() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  coded.reply.write(bytes.subarray(at + 65_536));
  coded.reply.end([]);
  assert.equal(await coded.reply.ended(), null);
  assert.equal(coded.seen.text.length, 4 * 1024 * 1024 + 1);
});

test('a client that left, and an answer that broke off, end it', async () => {
  for (const stop of ['leave', 'abort'] as const) {
    const { client, reply, seen } = rewriting(() => SHOUTING);
    reply.head(200, ['Content-Encoding', 'gzip']);
    reply.write(gzipSync('hello').subarray(0, 12));
    if (stop === 'leave') client.leave();
    else reply.abort();
    reply.end([]);
    assert.equal(await reply.ended(), null);
    assert.notEqual(seen.end, 'whole');
  }
});

/** Asks about a thousand actions, and shouts when all are allowed. */
function asking(aids: RewriteAids, asked: { count: number }): AnswerRewriter {
  const action = { name: 'mcp.call', resource: { type: 'Tool', id: 't' }, parents: [], facts: {} };
  return {
    push: () => Buffer.alloc(0),
    heldBytes: () => 0,
    async end() {
      for (asked.count = 0; asked.count < 1000; asked.count += 1) await aids.mayDo(action);
      return Buffer.from('WHOLE');
    },
  };
}

for (const left of [true, false])
  test(`INVARIANT: ${left ? 'for a client that leaves in the middle nothing more is asked or sent' : 'one that stays gets all'}`, async () => {
    const client = slowReply();
    const asked = { count: 0 };
    const reply = rewritingReply(client, {
      observation: { kind: 'rewrite', open: (_head, aids) => asking(aids, asked) },
      aids: {
        ...AIDS,
        async mayDo() {
          await new Promise((resolve) => setImmediate(resolve));
          if (left && asked.count === 500) client.leave();
          return true;
        },
      },
      bodyless: () => false,
      budget: createMemoryBudget(1_000_000),
    });
    reply.head(200, []);
    reply.write(Buffer.from('x'));
    reply.end([]);
    assert.equal(await reply.ended(), null);
    for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([asked.count, client.seen.text, client.seen.end], left ? [501, '', 'none'] : [1000, 'WHOLE', 'whole']);
  });
