// Content codings undone for judging: whole or not at all, and never more than the limit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, inflateRawSync, zstdCompressSync } from 'node:zlib';
import { contentCodings, decodeBody } from '../../src/http/content-decoder.ts';

const TEXT = Buffer.from('amount=500&currency=eur'.repeat(20));
const CODED: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
};

function problemOf(decoded: Awaited<ReturnType<typeof decodeBody>>): string {
  assert.ok('problem' in decoded, 'it was decoded');
  return decoded.problem;
}

test('codings come outermost first, without identity, in any spelling', () => {
  assert.deepEqual(contentCodings([]), []);
  assert.deepEqual(contentCodings(['identity']), []);
  assert.deepEqual(contentCodings(['GZip, identity', 'br']), ['br', 'gzip']);
});

for (const values of [
  ['lz4'],
  ['gzip, lz4'],
  [''],
  ['gzip,'],
  ['gzip,gzip,gzip,gzip'],
  ['constructor'],
  ['toString'],
  ['__proto__'],
]) {
  test(`${JSON.stringify(values)} is nothing that can be undone`, () => {
    assert.equal(contentCodings(values), null);
  });
}

for (const [coding, encode] of Object.entries(CODED)) {
  test(`${coding}: undone whole`, async () => {
    assert.deepEqual(await decodeBody(encode(TEXT), [coding], 10_000), { bytes: TEXT });
  });

  test(`${coding}: exactly the limit passes, one byte more is a problem`, async () => {
    assert.ok('bytes' in (await decodeBody(encode(TEXT), [coding], TEXT.length)));
    assert.match(problemOf(await decodeBody(encode(TEXT), [coding], TEXT.length - 1)), /^larger than/);
  });

  test(`${coding}: a bomb ends at the limit`, async () => {
    const bomb = encode(Buffer.alloc(64 * 1024 * 1024));
    assert.match(problemOf(await decodeBody(bomb, [coding], 10_000)), /^larger than 10000 bytes/);
  });

  test(`${coding}: cut off, or something else, is a problem and no half result`, async () => {
    const whole = encode(TEXT);
    problemOf(await decodeBody(whole.subarray(0, whole.length - 5), [coding], 10_000));
    problemOf(await decodeBody(Buffer.from('{"amount":500}'), [coding], 10_000));
    problemOf(await decodeBody(Buffer.alloc(0), [coding], 10_000));
  });

  test(`${coding}: bytes behind it are a problem, whoever may read them`, async () => {
    problemOf(await decodeBody(Buffer.concat([encode(TEXT), Buffer.from('amount=1')]), [coding], 10_000));
  });
}

test('codings are undone one by one, and the limit holds for each', async () => {
  assert.deepEqual(await decodeBody(brotliCompressSync(gzipSync(TEXT)), ['br', 'gzip'], 10_000), { bytes: TEXT });
  assert.match(problemOf(await decodeBody(gzipSync(gzipSync(Buffer.alloc(1_000_000))), ['gzip', 'gzip'], 5_000)), /^larger/);
  assert.match(problemOf(await decodeBody(gzipSync(TEXT), ['br', 'gzip'], 10_000)), /`br`/);
});

test('deflate without its wrapper is read too, and its limit is the same', async () => {
  assert.deepEqual(await decodeBody(deflateRawSync(TEXT), ['deflate'], 10_000), { bytes: TEXT });
  assert.match(problemOf(await decodeBody(deflateRawSync(TEXT), ['deflate'], 10)), /^larger/);
});

test('gzip of several members is a problem: some servers read the first alone', async () => {
  const [first, second, none] = ['to=a@evil.co', 'mpany.example', ''].map((text) => gzipSync(text));
  assert.ok(first !== undefined && second !== undefined && none !== undefined);
  for (const members of [
    [first, second],
    [none, first],
    [first, none],
    [none, none],
  ])
    assert.match(problemOf(await decodeBody(Buffer.concat(members), ['gzip'], 10_000)), /^bytes follow/);
});

test('gzip whose sum or size is of something else is a problem', async () => {
  for (const at of [-8, -4]) {
    const bytes = gzipSync(TEXT);
    bytes.writeUInt8(bytes.readUInt8(bytes.length + at) ^ 1, bytes.length + at);
    assert.match(problemOf(await decodeBody(bytes, ['gzip'], 10_000)), /^not readable/);
  }
});

/** With a wrapper it is `seen`, to a server that knows none it is `hidden`: the wrapper's two bytes are a stored block's start to it. */
function deflatedTwice(seen: string, hidden: Buffer): Buffer {
  const stored = Buffer.alloc(0xffa1, '&');
  stored.write(seen);
  deflateRawSync(hidden).copy(stored, 0x5e - 2);
  const wrapped = deflateSync(stored);
  return Buffer.concat([Buffer.from([0x78, 0x5e, 0x00, 0xa1, 0xff, 0x5e, 0x00]), stored, wrapped.subarray(-4)]);
}

test('deflate that is a text with its wrapper and another without is a problem', async () => {
  const bytes = deflatedTwice('to=b@ex.example&', Buffer.from('&to=a@evil.example'));
  assert.match(inflateRawSync(bytes).toString(), /evil/);
  assert.match(problemOf(await decodeBody(bytes, ['deflate'], 100_000)), /two ways/);
});

test('a coding that got here unknown is a problem, not a throw', async () => {
  for (const coding of ['lz4', 'constructor', 'toString']) {
    assert.match(problemOf(await decodeBody(TEXT, [coding], 10_000)), /unknown content coding/);
  }
});
