// Codings undone as the bytes come: at once, whole, and never past an end that is not there.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  createZstdCompress,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { streamDecoder } from '../../src/http/stream-decoder.ts';

const TEXT = 'event: message\ndata: {"n":1}\n\n'.repeat(500);

interface Decoded {
  text: string;
  readonly over: Promise<Error | null>;
  readonly changed: () => Promise<void>;
}

function decoding(codings: readonly string[], taken: () => boolean = () => true) {
  const over = Promise.withResolvers<Error | null>();
  let drained = 0;
  let notify = (): void => undefined;
  const seen: Decoded = {
    text: '',
    over: over.promise,
    changed: () => new Promise((resolve) => (notify = resolve)),
  };
  const decoder = streamDecoder(codings, {
    data(bytes) {
      seen.text += bytes.toString();
      notify();
      return taken();
    },
    end: () => over.resolve(null),
    fail: (error) => over.resolve(error),
    drain: () => void (drained += 1),
  });
  return { seen, decoder, drained: () => drained };
}

const CODED: Readonly<Record<string, readonly [codings: readonly string[], bytes: Buffer]>> = {
  gzip: [['gzip'], gzipSync(TEXT)],
  'deflate with its wrapper': [['deflate'], deflateSync(TEXT)],
  'deflate without': [['deflate'], deflateRawSync(TEXT)],
  br: [['br'], brotliCompressSync(TEXT)],
  zstd: [['zstd'], zstdCompressSync(TEXT)],
  'two, one in the other': [['br', 'gzip'], brotliCompressSync(gzipSync(TEXT))],
};

for (const [name, [codings, bytes]] of Object.entries(CODED)) {
  test(`${name}: whole, byte by byte, and cut short`, async () => {
    const whole = decoding(codings);
    whole.decoder.write(bytes);
    whole.decoder.end();
    assert.deepEqual([await whole.seen.over, whole.seen.text === TEXT], [null, true]);

    const dripped = decoding(codings);
    for (const byte of bytes) dripped.decoder.write(Buffer.from([byte]));
    dripped.decoder.end();
    assert.deepEqual([await dripped.seen.over, dripped.seen.text === TEXT], [null, true]);

    const cut = decoding(codings);
    cut.decoder.write(bytes.subarray(0, -3));
    cut.decoder.end();
    assert.ok((await cut.seen.over) instanceof Error);
  });
}

test('what is not in its coding fails', async () => {
  for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
    const lie = decoding([coding]);
    lie.decoder.write(Buffer.from('{"plain": "json, and not coded at all"}'));
    lie.decoder.end();
    assert.ok((await lie.seen.over) instanceof Error, coding);
  }
});

for (const [coding, make] of Object.entries({
  gzip: () => createGzip(),
  deflate: () => createDeflate(),
  br: () => createBrotliCompress(),
  zstd: () => createZstdCompress(),
}))
  test(`${coding}: what was flushed is given at once, before the next byte comes`, async () => {
    const encoder = make();
    const { seen, decoder } = decoding([coding]);
    encoder.on('data', (bytes: Buffer) => decoder.write(bytes));
    for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
      const expected = seen.text + event;
      encoder.write(event);
      encoder.flush(
        coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : coding === 'zstd' ? constants.ZSTD_e_flush : constants.Z_SYNC_FLUSH,
      );
      while (seen.text !== expected) await seen.changed();
    }
    encoder.end();
    await once(encoder, 'end');
    decoder.end();
    assert.equal(await seen.over, null);
  });

test('whoever takes nothing holds the coded side back, and it goes on when it is told', async () => {
  let open = false;
  const { seen, decoder, drained } = decoding(['gzip'], () => open);
  const bytes = gzipSync(Buffer.alloc(8 * 1024 * 1024, 'x'), { level: 0 });
  let at = 0;
  let may = true;
  for (let turn = 0; turn < 50; turn += 1) {
    const before = drained();
    if (may) {
      may = decoder.write(bytes.subarray(at, at + 65_536));
      at += 65_536;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
    may ||= drained() > before;
  }
  assert.ok(at < 512 * 1024, `took ${at} bytes for a reader that takes none`);
  open = true;
  decoder.resume();
  decoder.write(bytes.subarray(at));
  decoder.end();
  assert.deepEqual([await seen.over, seen.text.length], [null, 8 * 1024 * 1024]);
  assert.ok(drained() > 0);
});

test('nothing comes after it was destroyed', async () => {
  for (const codings of [['gzip'], ['br', 'gzip']]) {
    const { seen, decoder } = decoding(codings);
    decoder.destroy();
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(seen.text, '');
  }
});
