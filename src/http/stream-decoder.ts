// Undoes content codings while an answer streams: bytes go on as soon as the coding gives them, and back-pressure passes through.

import { pipeline, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

interface DecodedSink {
  /** False: wait, `resume` tells when to go on. */
  data(bytes: Buffer): boolean;
  end(): void;
  /** Not readable in its coding, or cut short. Nothing follows. */
  fail(error: Error): void;
  /** The coded side may go on. */
  drain(): void;
}

export interface StreamDecoder {
  /** False: wait for `drain`. */
  write(coded: Buffer): boolean;
  end(): void;
  resume(): void;
  destroy(): void;
}

/** `codings` as `contentCodings` gives them: known ones, outermost first, at least one. */
export function streamDecoder(codings: readonly string[], sink: DecodedSink): StreamDecoder {
  // Servers differ on whether `deflate` has its zlib wrapper (RFC 9110 §8.4.1.2, note): the first two bytes tell.
  let held: Buffer | null = codings[0] === 'deflate' ? Buffer.alloc(0) : null;
  let chain = held === null ? openChain(codings, false, sink) : null;
  const open = (first: Buffer): Chain => {
    held = null;
    chain = openChain(codings, first.length >= 2 && !isZlibHeader(first), sink);
    return chain;
  };
  return {
    write(coded) {
      if (held === null) return chain?.first.write(coded) ?? true;
      const first = Buffer.concat([held, coded]);
      if (first.length < 2) {
        held = first;
        return true;
      }
      return open(first).first.write(first);
    },
    end() {
      if (held !== null) {
        const rest = held;
        open(rest).first.write(rest);
      }
      chain?.first.end();
    },
    resume: () => void chain?.last.resume(),
    destroy() {
      chain?.first.destroy();
      chain?.last.destroy();
    },
  };
}

interface Chain {
  readonly first: Transform;
  readonly last: Transform;
}

function openChain(codings: readonly string[], rawFirst: boolean, sink: DecodedSink): Chain {
  const steps = codings.map((coding, i) => decoderOf(coding, i === 0 && rawFirst));
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) throw new Error('there is no coding to undo');
  last.on('data', (bytes: Buffer) => {
    if (!sink.data(bytes)) last.pause();
  });
  first.on('drain', () => sink.drain());
  const done = (error: Error | null | undefined): void => (error ? sink.fail(error) : sink.end());
  if (first === last) watch(first, done);
  else pipeline(steps, done);
  return { first, last };
}

function watch(only: Transform, done: (error: Error | null) => void): void {
  only.on('error', done);
  only.on('end', () => done(null));
}

function decoderOf(coding: string, raw: boolean): Transform {
  // Every write gives what can be given: an event of a stream must not wait for the next one.
  const flush = { flush: constants.Z_SYNC_FLUSH };
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(flush);
    case 'deflate':
      return raw ? createInflateRaw(flush) : createInflate(flush);
    case 'br':
      return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH });
    case 'zstd':
      return createZstdDecompress();
    default:
      throw new Error(`unknown content coding \`${coding}\``);
  }
}

/** RFC 1950 §2.2: method 8, a window of at most 32 KB, and a check that makes the two bytes a multiple of 31. */
function isZlibHeader(bytes: Buffer): boolean {
  const [method = 0, flags = 0] = bytes;
  return (method & 0x0f) === 8 && method >> 4 <= 7 && ((method << 8) | flags) % 31 === 0;
}
