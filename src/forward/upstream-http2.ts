// HTTP/2 to upstreams that chose it by ALPN: one session for an origin and a principal, streams bridged one to one.

import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Duplex } from 'node:stream';
import { formatAuthority } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import { fromHttp2Raw, type Http2Fields, toHttp2Fields } from '../http/http2-fields.ts';
import type { Outgoing, ResponseSink } from './outgoing.ts';

const MAX_HEADER_PAIRS = 512;
/** As on HTTP/1.1: an upstream that sends no head for this long is given up (threat G5). */
const HEAD_TIMEOUT_MS = 900_000;
/** Large enough that one long download is not held back by round trips. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** Wraps an already verified socket. `onGone` runs once when no further stream may be opened on it. */
export function openHttp2Session(outgoing: Outgoing, socket: Duplex, onGone: () => void): ClientHttp2Session {
  const session = connect(`${outgoing.scheme}://${formatAuthority(outgoing.authority.host, outgoing.authority.port)}`, {
    createConnection: () => socket,
    maxHeaderListPairs: MAX_HEADER_PAIRS,
    settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
  });
  session.setLocalWindowSize(WINDOW_BYTES);
  session.on('error', onGone); // each open stream reports its own failure
  session.on('goaway', onGone);
  session.on('close', onGone);
  return session;
}

export function sendHttp2(session: ClientHttp2Session, outgoing: Outgoing, sink: ResponseSink): void {
  let stream: ClientHttp2Stream;
  try {
    stream = session.request(requestFields(outgoing), { endStream: outgoing.body === null });
  } catch (error) {
    sink.fail(new InterlockError('UPSTREAM_PROTOCOL', 'the request can not be put on HTTP/2', { cause: error }));
    return;
  }
  sink.begin({ pause: () => stream.pause(), resume: () => stream.resume(), abort: () => cancel(stream) });
  bridge(stream, sink, outgoing.method === 'HEAD');
  writeBody(stream, outgoing.body);
}

function requestFields(outgoing: Outgoing): Http2Fields {
  const usual = outgoing.scheme === 'https' ? 443 : 80;
  const { host, port } = outgoing.authority;
  return {
    ':method': outgoing.method,
    ':scheme': outgoing.scheme,
    ':authority': formatAuthority(host, port === usual ? null : port),
    ':path': outgoing.target,
    ...toHttp2Fields(outgoing.headers),
  };
}

function bridge(stream: ClientHttp2Stream, sink: ResponseSink, headRequest: boolean): void {
  /** What Content-Length promised and has not come. NaN when nothing was promised. */
  let missing = Number.NaN;
  let trailers: readonly string[] = [];
  let answered = false;
  let done = false;
  const headTimer = setTimeout(() => {
    failed(new InterlockError('UPSTREAM_TIMEOUT', 'the upstream did not answer in time'));
    cancel(stream);
  }, HEAD_TIMEOUT_MS);
  headTimer.unref();
  const failed = (error: InterlockError): void => {
    clearTimeout(headTimer);
    if (done) return;
    done = true;
    sink.fail(error);
  };
  const fail = (message: string, cause?: unknown): void => failed(new InterlockError('UPSTREAM_CLOSED', message, { cause }));
  stream.on('headers', (fields, _flags, raw) => sink.inform(Number(fields[':status']), fromHttp2Raw(raw)));
  stream.on('response', (fields, flags, raw) => {
    clearTimeout(headTimer);
    answered = true;
    const last = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    if (!last && !headRequest) missing = Number(fields['content-length'] ?? Number.NaN);
    sink.head(Number(fields[':status']), fromHttp2Raw(raw), last);
  });
  stream.on('trailers', (_fields, _flags, raw) => {
    trailers = fromHttp2Raw(raw);
  });
  stream.on('data', (chunk: Buffer) => {
    missing -= chunk.length;
    sink.data(chunk);
  });
  // INVARIANT: a stream that was reset is not an answer that ended (threat B18): `close` tells the code, `end` does not. Nor is one that was let
  // go in peace before its head: the client would be told a status that nobody sent, or nothing for ever.
  stream.on('close', () => {
    if (done) return;
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR || !stream.readableEnded) {
      fail(`the upstream reset the stream (code ${stream.rstCode ?? 'none'})`);
      return;
    }
    if (!answered) {
      fail('the upstream ended the stream without an answer');
      return;
    }
    if (missing > 0) {
      // A reset with NO_ERROR looks like an end to Node (RFC 9113 §8.1 lets it follow a whole answer only): the promised length tells.
      fail(`the upstream ended its answer ${missing} bytes early`);
      return;
    }
    done = true;
    sink.end(trailers);
  });
  stream.on('error', (error) => fail('the upstream broke the stream', error));
}

function writeBody(stream: ClientHttp2Stream, body: Outgoing['body']): void {
  if (body === null) return;
  if (Buffer.isBuffer(body)) {
    stream.end(body);
    return;
  }
  void pump(stream, body);
}

async function pump(stream: ClientHttp2Stream, body: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const chunk of body) {
      if (stream.destroyed) return;
      if (!stream.write(chunk)) await drained(stream);
    }
    stream.end();
  } catch {
    cancel(stream); // the client broke off: a half body must not look whole upstream (threat B13)
  }
}

/** INVARIANT: no END_STREAM before the reset: Node's `close` ends an open body first, and the upstream may act on that (threat B13). */
function cancel(stream: ClientHttp2Stream): void {
  if (stream.writableEnded) stream.close(constants.NGHTTP2_CANCEL);
  else stream.destroy(new Error('the request was broken off'));
}

function drained(stream: ClientHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}
