// Undoes content codings (RFC 9110 §8.4) for judging, with a byte limit that zlib's streams do not keep by themselves (E15).

import type { Transform } from 'node:stream';
import { createBrotliDecompress, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { gzipMember } from './gzip-member.ts';

type Hold = (bytes: number) => void;

type Decoded = { readonly bytes: Buffer } | { readonly problem: string };

/** Codings stacked deeper than this are an attack, not a client (threat C2). */
const MAX_CODINGS = 3;

/** A map, because a client may name any coding: `constructor` is a property of every object. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createInflateRaw()],
  ['x-gzip', () => createInflateRaw()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);

/** The codings to undo, outermost first, `identity` left out; null when one is unknown or there are too many. */
export function contentCodings(values: readonly string[]): readonly string[] | null {
  if (values.length === 0) return [];
  const codings = values
    .join(',')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== 'identity');
  if (codings.length > MAX_CODINGS || codings.some((coding) => !DECODERS.has(coding))) return null;
  return codings.reverse();
}

/**
 * Decodes a complete body. Truncated, mislabelled, trailing or oversized input is a problem, never a partial result. `hold` hears of every
 * byte that is held, intermediate ones too; what it throws is thrown on.
 */
export async function decodeBody(
  raw: Buffer,
  codings: readonly string[],
  limitBytes: number,
  hold: Hold = () => undefined,
): Promise<Decoded> {
  let bytes = raw;
  for (const coding of codings) {
    const decoded = await decodeOnce(bytes, coding, limitBytes, hold);
    if ('problem' in decoded) return decoded;
    bytes = decoded.bytes;
  }
  return { bytes };
}

async function decodeOnce(bytes: Buffer, coding: string, limitBytes: number, hold: Hold): Promise<Decoded> {
  const make = DECODERS.get(coding);
  if (make === undefined) return { problem: `unknown content coding \`${coding}\`` };
  if (coding.endsWith('gzip')) return decodeGzip(bytes, coding, limitBytes, hold);
  if (coding === 'deflate' && isDeflateTwice(bytes)) return { problem: 'readable as `deflate` in two ways' };
  const first = await run(make(), bytes, coding, limitBytes, hold);
  // Servers differ on whether `deflate` has its zlib wrapper (RFC 9110 §8.4.1.2, note): raw deflate is the second reading.
  if ('problem' in first && coding === 'deflate' && !first.problem.startsWith('larger')) {
    return run(createInflateRaw(), bytes, coding, limitBytes, hold);
  }
  return first;
}

/** INVARIANT: one member and nothing behind it: where all members are one text, `to=a@evil.co` and `mpany.example` name somebody else. */
async function decodeGzip(bytes: Buffer, coding: string, limitBytes: number, hold: Hold): Promise<Decoded> {
  const member = gzipMember(bytes);
  if (member === null) return unreadable(coding);
  const decoded = await run(createInflateRaw(), member.deflated, coding, limitBytes, hold);
  return 'problem' in decoded || member.vouchesFor(decoded.bytes) ? decoded : unreadable(coding);
}

/**
 * A zlib header (RFC 1950 §2.2) always has the low bits of a stored block (RFC 1951 §3.2.4). INVARIANT: when its two lengths agree as well,
 * a server that knows no wrapper reads another text, and neither is taken. One honest body in 65,536 looks so.
 */
function isDeflateTwice(bytes: Buffer): boolean {
  if (bytes.length < 5 || (bytes.readUInt8(0) & 0x0f) !== 8 || bytes.readUInt16BE(0) % 31 !== 0) return false;
  return (bytes.readUInt16LE(1) ^ bytes.readUInt16LE(3)) === 0xffff;
}

function unreadable(coding: string): Decoded {
  return { problem: `not readable as \`${coding}\`` };
}

function run(decoder: Transform, input: Buffer, coding: string, limitBytes: number, hold: Hold): Promise<Decoded> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (result: Decoded): void => {
      decoder.destroy();
      resolve(result);
    };
    decoder.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // The bomb limit: output is counted as it comes, so no more than one chunk over the limit is ever held (threat C3).
      if (size > limitBytes) finish({ problem: `larger than ${limitBytes} bytes once \`${coding}\` is undone` });
      else keep(chunk);
    });
    const keep = (chunk: Buffer): void => {
      try {
        hold(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        decoder.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    decoder.on('error', () => finish(unreadable(coding)));
    decoder.on('end', () =>
      finish(trailing(decoder, input) ? { problem: `bytes follow the \`${coding}\` body` } : { bytes: Buffer.concat(chunks) }),
    );
    decoder.end(input);
  });
}

/** Bytes behind the compressed body that the decoder did not read: a second reader may read them (threat C2). */
function trailing(decoder: Transform, input: Buffer): boolean {
  return 'bytesWritten' in decoder && typeof decoder.bytesWritten === 'number' && decoder.bytesWritten < input.length;
}
