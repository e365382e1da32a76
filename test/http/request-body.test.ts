import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { createMemoryBudget, type MemoryBudget } from '../../src/http/memory-budget.ts';
import { ParkableBody } from '../../src/http/parkable-body.ts';
import { RequestBody } from '../../src/http/request-body.ts';
import { memoryShelf } from '../support/memory-shelf.ts';

const MIB = 1_048_576;

function bodyOf(chunks: Buffer[], encodings: string[] = [], declaredBytes: number | null = null): RequestBody {
  return new RequestBody(
    { stream: Readable.from(chunks, { objectMode: false }), declaredBytes, encodings, invite: null },
    createMemoryBudget(64 * MIB),
  );
}

async function sent(body: RequestBody): Promise<string> {
  const outgoing = body.outgoing();
  if (outgoing === null) return '';
  if (Buffer.isBuffer(outgoing)) return outgoing.toString();
  const chunks: Buffer[] = [];
  for await (const chunk of outgoing) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('a whole body is read and sent as it came', async () => {
  const body = bodyOf([Buffer.from('ab'), Buffer.from('cd')]);
  const inspected = await body.inspect({ kind: 'whole' }, MIB);
  assert.deepEqual({ text: inspected.bytes.toString(), problem: inspected.problem }, { text: 'abcd', problem: null });
  assert.equal(await sent(body), 'abcd');
});

test('too large a body is a problem, and is still sent whole and in order', async () => {
  const chunks = Array.from({ length: 40 }, (_, i) => Buffer.alloc(1_000, 97 + (i % 26)));
  const body = bodyOf(chunks);
  const inspected = await body.inspect({ kind: 'whole' }, 10_000);
  assert.match(inspected.problem ?? '', /larger than 10000 bytes/);
  assert.equal(await sent(body), Buffer.concat(chunks).toString());
});

test('a prefix leaves the rest streaming', async () => {
  const body = bodyOf([Buffer.from('he'), Buffer.from('ad|re'), Buffer.from('st')]);
  const measure = (bytes: Buffer): number | 'more' => {
    const end = bytes.indexOf('|');
    return end === -1 ? 'more' : end + 1;
  };
  const inspected = await body.inspect({ kind: 'prefix', measure }, MIB);
  assert.equal(inspected.bytes.toString(), 'head|');
  assert.equal(await sent(body), 'head|rest');
});

test('a replaced prefix is sent before the unread rest', async () => {
  const body = bodyOf([Buffer.from('head|re'), Buffer.from('st')]);
  await body.inspect({ kind: 'prefix', measure: (bytes) => (bytes.includes('|') ? 5 : 'more') }, MIB);
  const outgoing = body.outgoingWithPrefix(5, Buffer.from('NEW|'));
  const chunks: Buffer[] = [];
  if (Buffer.isBuffer(outgoing)) chunks.push(outgoing);
  else for await (const chunk of outgoing) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), 'NEW|rest');
});

for (const [coding, encoded] of [
  ['gzip', gzipSync('secret')],
  ['x-gzip', gzipSync('secret')],
  ['br', brotliCompressSync('secret')],
  ['zstd', zstdCompressSync('secret')],
  ['deflate', deflateRawSync('secret')],
] as const) {
  test(`${coding} is decoded for judging and sent encoded`, async () => {
    const body = bodyOf([encoded], [coding]);
    const inspected = await body.inspect({ kind: 'whole' }, MIB);
    assert.equal(inspected.bytes.toString(), 'secret');
    const outgoing = body.outgoing();
    assert.ok(Buffer.isBuffer(outgoing) && outgoing.equals(encoded));
  });
}

test('stacked codings are undone in order', async () => {
  const body = bodyOf([gzipSync(brotliCompressSync('secret'))], ['br, gzip']);
  assert.equal((await body.inspect({ kind: 'whole' }, MIB)).bytes.toString(), 'secret');
});

for (const [name, bytes, codings] of [
  ['an unknown coding', Buffer.from('x'), ['lz4']],
  ['four codings', Buffer.from('x'), ['gzip, gzip, gzip, gzip']],
  ['a mislabelled body', Buffer.from('plain'), ['gzip']],
  ['a truncated body', gzipSync('a longer secret text').subarray(0, 18), ['gzip']],
  ['trailing bytes', Buffer.concat([brotliCompressSync('a'), Buffer.from('tail')]), ['br']],
  ['trailing bytes after gzip', Buffer.concat([gzipSync('a'), Buffer.from('tail')]), ['gzip']],
] as const) {
  test(`${name} is a problem`, async () => {
    const body = bodyOf([Buffer.from(bytes)], [...codings]);
    assert.notEqual((await body.inspect({ kind: 'whole' }, MIB)).problem, null);
  });
}

test('a decompression bomb stops at the limit', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * MIB));
  const body = bodyOf([bomb], ['gzip']);
  assert.match((await body.inspect({ kind: 'whole' }, MIB)).problem ?? '', /larger than/);
});

test('an aborted body is not an end', async () => {
  const stream = new Readable({ read: () => undefined });
  const body = new RequestBody({ stream, declaredBytes: null, encodings: [], invite: null }, createMemoryBudget(MIB));
  stream.push('half');
  const reading = body.inspect({ kind: 'whole' }, MIB);
  setImmediate(() => stream.destroy());
  await assert.rejects(reading, { code: 'BODY_ABORTED' });
});

test('all bodies together are bounded, and memory is given back', async () => {
  const budget = createMemoryBudget(1_000);
  const make = (): RequestBody =>
    new RequestBody(
      { stream: Readable.from([Buffer.alloc(800)], { objectMode: false }), declaredBytes: null, encodings: [], invite: null },
      budget,
    );
  const first = make();
  await first.inspect({ kind: 'whole' }, MIB);
  await assert.rejects(make().inspect({ kind: 'whole' }, MIB), { code: 'MEMORY_EXHAUSTED' });
  first.release();
  assert.equal(budget.used, 0);
});

test('the client is asked for its body only when it is wanted', async () => {
  let asked = 0;
  const source = {
    stream: Readable.from([Buffer.from('x')], { objectMode: false }),
    declaredBytes: 1,
    encodings: [],
    invite: () => (asked += 1),
  };
  const body = new RequestBody({ ...source, invite: () => void source.invite() }, createMemoryBudget(MIB));
  await body.inspect({ kind: 'none' }, MIB);
  assert.equal(asked, 0);
  await body.inspect({ kind: 'whole' }, MIB);
  body.outgoing();
  assert.equal(asked, 1);
});

// Node writes a second `100 Continue` just as well, and a client takes it for the answer to what it sent.
test('it is asked for once, also when its body streams on unread or half read', async () => {
  for (const start of [
    async (body: RequestBody) => void body.outgoing(),
    async (body: RequestBody) => void body.outgoingWithPrefix(0, Buffer.from('x')),
    async (body: RequestBody) => {
      await body.inspect({ kind: 'prefix', measure: () => 1 }, MIB);
      await body.inspect({ kind: 'prefix', measure: (bytes) => (bytes.length < 6 ? 'more' : 6) }, MIB);
      body.outgoing();
    },
  ]) {
    let asked = 0;
    const stream = new PassThrough();
    const invite = (): void => {
      asked += 1;
      stream.write('abc');
    };
    const body = new RequestBody({ stream, declaredBytes: 9, encodings: [], invite }, createMemoryBudget(MIB));
    setImmediate(() => stream.write('def'));
    await start(body);
    assert.equal(asked, 1);
  }
});

test('a stream that was aborted before anybody took it is no whole body', async () => {
  const stream = new PassThrough();
  const body = new RequestBody({ stream, declaredBytes: null, encodings: [], invite: null }, createMemoryBudget(MIB));
  stream.write('half');
  stream.emit('aborted');
  stream.end(); // as HTTP/2 streams do after a reset
  await assert.rejects(sent(body), { code: 'BODY_ABORTED' });
});

test('an upstream that stops reading leaves the client its connection, and the rest is read away', async () => {
  const stream = new PassThrough();
  const body = new RequestBody({ stream, declaredBytes: null, encodings: [], invite: null }, createMemoryBudget(MIB));
  stream.write('first');
  const outgoing = body.outgoing();
  assert.ok(outgoing !== null && !Buffer.isBuffer(outgoing));
  for await (const chunk of outgoing) {
    assert.equal(chunk.toString(), 'first');
    break;
  }
  assert.equal(stream.destroyed, false);
  stream.end('the rest');
  await once(stream, 'end');
});

test('a body that stands still is cut: at the upstream after two minutes, at the client after half of one', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  for (const [held, ticks] of [
    [true, 12],
    [false, 3],
  ] as const) {
    const stream = new PassThrough();
    stream.on('error', () => undefined);
    const body = new RequestBody({ stream, declaredBytes: 100, encodings: [], invite: null }, createMemoryBudget(MIB));
    const outgoing = body.outgoing();
    assert.ok(outgoing !== null && !Buffer.isBuffer(outgoing));
    const chunks = outgoing[Symbol.asyncIterator]();
    const next = chunks.next();
    if (held) {
      stream.write('taken and held');
      await next;
    } else next.catch(() => undefined);
    context.mock.timers.tick(ticks * 10_000);
    assert.equal(stream.destroyed, false);
    context.mock.timers.tick(10_000);
    assert.equal(stream.destroyed, true);
  }
});

/** In pieces of 20 bytes. */
function piecesOf(bytes: Buffer, budget: MemoryBudget, encodings: readonly string[] = []): RequestBody {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 20) }, (_, i) => bytes.subarray(20 * i, 20 * i + 20));
  const stream = Readable.from(pieces, { objectMode: false });
  return new RequestBody({ stream, declaredBytes: bytes.length, encodings, invite: null }, budget);
}

test('a body of many pieces is joined once', async () => {
  const body = piecesOf(Buffer.alloc(40), createMemoryBudget(100));
  const read = await body.inspect({ kind: 'whole' }, MIB);
  assert.equal(body.bytesRead, read.bytes);
  assert.equal(body.outgoing(), read.bytes);
});

// INVARIANT: a request that waits takes no memory for its body.
test('while it waits its memory is given back, and it comes back with the same bytes, decoded ones and what was made of them too', async () => {
  const budget = createMemoryBudget(100_000);
  const shelf = memoryShelf();
  const wire = gzipSync(randomBytes(20_000));
  const body = piecesOf(wire, budget, ['gzip']);
  const read = await body.inspect({ kind: 'whole' }, MIB);
  const decoded = Buffer.from(read.bytes);
  const made = new ParkableBody(Buffer.from('an edit'));
  const parked = await body.park(shelf, 'x1', [made]);
  assert.equal(budget.used, 0);
  assert.equal(shelf.kept.get('x1')?.length, wire.length + decoded.length + 7);
  assert.throws(() => read.bytes, { code: 'INTERNAL' });
  assert.throws(() => made.bytes, { code: 'INTERNAL' });
  await parked.resume();
  assert.equal(budget.used, wire.length + decoded.length);
  assert.deepEqual([read.bytes, made.bytes.toString(), body.bytesRead], [decoded, 'an edit', wire]);
  await parked.end();
  assert.deepEqual(body.outgoing(), wire);
  body.release();
  assert.equal(budget.used, 0);
  assert.equal(shelf.kept.size, 0);
});

test('a small body waits in memory while such bodies have less than half of it, then on the shelf as well', async () => {
  const budget = createMemoryBudget(100);
  const shelf = memoryShelf();
  const [first, second] = [piecesOf(Buffer.alloc(40), budget), piecesOf(Buffer.alloc(40), budget)];
  const read = await first.inspect({ kind: 'whole' }, MIB);
  await second.inspect({ kind: 'whole' }, MIB);
  const one = await first.park(shelf, 'x1');
  assert.equal(read.bytes.length, 40);
  await second.park(shelf, 'x2');
  assert.deepEqual([[...shelf.kept.keys()], budget.used], [['x2'], 40]);
  await one.resume();
  await one.end();
  await first.park(shelf, 'x3');
  assert.deepEqual([...shelf.kept.keys()], ['x2']);
});

test('what the shelf does not take stays as it was', async () => {
  const budget = createMemoryBudget(100_000);
  const body = piecesOf(Buffer.alloc(10_000, 'a'), budget);
  const read = await body.inspect({ kind: 'whole' }, MIB);
  await assert.rejects(body.park({ put: () => Promise.reject(new Error('full')) }, 'x1'), /full/);
  assert.deepEqual([read.bytes.length, body.bytesRead.length, budget.used], [10_000, 10_000, 10_000]);
});

test('a prefix that was put away comes back before the rest', async () => {
  const bytes = randomBytes(30_000);
  const body = piecesOf(bytes, createMemoryBudget(100_000));
  const prefix = await body.inspect({ kind: 'prefix', measure: (seen) => (seen.length < 9_000 ? 'more' : 8_990) }, MIB);
  const parked = await body.park(memoryShelf(), 'x1');
  await parked.resume();
  assert.deepEqual(prefix.bytes, bytes.subarray(0, 8_990));
  const out = body.outgoing();
  assert.ok(out !== null && !Buffer.isBuffer(out));
  const chunks: Buffer[] = [];
  for await (const chunk of out) chunks.push(chunk);
  assert.deepEqual(Buffer.concat(chunks), bytes);
});
