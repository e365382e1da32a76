// Reply over one HTTP/2 stream.

import { constants, type ServerHttp2Stream } from 'node:http2';
import { toHttp2Fields } from './http2-fields.ts';
import type { Reply } from './reply.ts';

/** RFC 9113 §8.3.2: an answer that can't have a body ends with its head. */
export function http2Reply(stream: ServerHttp2Stream, headRequest: boolean): Reply {
  let trailers: readonly string[] = [];
  let bodyless = false;
  let drain: (() => void) | null = null;
  stream.on('error', () => undefined);
  stream.on('drain', () => drain?.());
  stream.on('wantTrailers', () => {
    try {
      stream.sendTrailers(toHttp2Fields(trailers));
    } catch {
      // Node throws on fields that HTTP/2 forbids or that stand twice: the answer breaks off, not the process (threat B20).
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  });
  const usable = (): boolean => !stream.destroyed && !stream.closed;
  return {
    get headSent() {
      return stream.headersSent;
    },
    inform(status, headers) {
      if (!usable() || stream.headersSent || status === 101) return;
      try {
        stream.additionalHeaders({ ':status': status, ...toHttp2Fields(headers) });
      } catch {
        // Interim answers are advice: one that HTTP/2 can not carry is left out (threat B20).
      }
    },
    head(status, headers, last = false) {
      if (!usable()) return;
      bodyless = last || headRequest || status === 204 || status === 304;
      stream.respond({ ':status': status, ...toHttp2Fields(headers) }, { endStream: bodyless, waitForTrailers: !bodyless });
    },
    write: (chunk) => (usable() && !bodyless ? stream.write(chunk) : true),
    onDrain(resume) {
      drain = resume;
    },
    end(given) {
      trailers = given;
      if (usable() && !bodyless) stream.end();
    },
    abort() {
      // Not `close`: that would end the body first, and half an answer would look whole (threat B18).
      if (!stream.destroyed) stream.destroy(new Error('the answer broke off'));
    },
    onClose(listener) {
      const left = (): void => {
        if (!stream.writableFinished || stream.rstCode !== constants.NGHTTP2_NO_ERROR) listener();
      };
      // A client that left while its request was judged is not waited for (threat G10).
      if (stream.closed || stream.destroyed) queueMicrotask(left);
      else stream.on('close', left);
    },
    switchProtocols: () => null,
  };
}
