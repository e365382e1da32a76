// Answers of an origin that does everything HTTP allows: streams, interim responses, trailers, large and broken bodies.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { echo, sendJson, type Answer, type OriginResponse } from './origin.ts';

/** One block of the large bodies: not compressible, the same in every run. */
const BLOCK = block();

/** What waits for the client to say that it has heard an event. */
let heard = Promise.withResolvers<void>();

/** Routes by the path: `/sse`, `/sse/heard`, `/early`, `/trailers`, `/down?bytes=`, `/up`, `/slow?ms=`, … and an echo for the rest. */
export const streamAnswer: Answer = async (request, response, received) => {
  const url = new URL(received.target, 'https://origin.test');
  const number = (name: string, otherwise: number): number => Number(url.searchParams.get(name) ?? otherwise);
  switch (url.pathname) {
    case '/sse':
      return serverSentEvents(response, number('count', 3));
    case '/sse/heard':
      heard.resolve();
      return sendJson(response, 200, {});
    case '/early':
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      return sendJson(response, 200, { early: true });
    case '/trailers':
      return withTrailers(response);
    case '/down':
      return download(response, number('bytes', BLOCK.length));
    case '/up':
      await received.body();
      return sendJson(response, 200, { bytes: received.bytes, digest: received.digest });
    case '/slow':
      await delay(number('ms', 1000));
      return sendJson(response, 200, { slow: true });
    case '/status':
      return sendJson(response, number('code', 200), { code: number('code', 200) });
    case '/headers':
      return sendJson(response, 200, {}, { 'alt-svc': 'h3=":443"; ma=86400', 'x-kept': 'yes', 'set-cookie': 'a=1' });
    case '/407':
      return sendJson(response, 407, {}, { 'proxy-authenticate': 'Basic realm="origin"' });
    case '/redirect':
      return sendJson(response, 302, {}, { location: 'http://169.254.169.254/latest/meta-data/' });
    case '/half':
      return cutHalfWay(response);
    case '/duplex':
      return duplex(request, response);
    default:
      return echo(request, response, received);
  }
};

/** SHA-256 of `bytes` bytes of `/down`. */
export function downloadDigest(bytes: number): string {
  const hash = createHash('sha256');
  for (let left = bytes; left > 0; left -= BLOCK.length) hash.update(BLOCK.subarray(0, left));
  return hash.digest('hex');
}

/** Each event but the first when the client has said that it heard the one before. */
async function serverSentEvents(response: OriginResponse, count: number): Promise<void> {
  response.setHeader('content-type', 'text/event-stream');
  response.setHeader('cache-control', 'no-store');
  for (let i = 0; i < count; i += 1) {
    if (i > 0) await heard.promise;
    heard = Promise.withResolvers();
    write(response, `id: ${i}\ndata: ${JSON.stringify({ i })}\n\n`);
  }
  response.end();
}

function withTrailers(response: OriginResponse): void {
  response.setHeader('trailer', 'x-checksum');
  response.setHeader('content-type', 'text/plain');
  write(response, 'body before trailers\n');
  response.addTrailers({ 'x-checksum': 'abc123' });
  response.end();
}

async function download(response: OriginResponse, bytes: number): Promise<void> {
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('content-length', bytes);
  let closed = false;
  response.once('close', () => {
    closed = true;
    response.emit('drain');
  });
  for (let left = bytes; left > 0 && !closed; left -= BLOCK.length) {
    if (!write(response, BLOCK.subarray(0, left))) await once(response, 'drain');
  }
  response.end();
}

async function cutHalfWay(response: OriginResponse): Promise<void> {
  response.setHeader('content-length', 1000);
  write(response, 'x'.repeat(100));
  await delay(50);
  response.destroy();
}

/** Each line comes back as soon as it is there: the request body is still open. */
function duplex(request: Parameters<Answer>[0], response: OriginResponse): void {
  response.setHeader('content-type', 'text/plain');
  if ('flushHeaders' in response) response.flushHeaders();
  request.on('data', (chunk: Buffer) => write(response, chunk));
  request.on('end', () => response.end());
}

function write(response: OriginResponse, chunk: string | Buffer): boolean {
  // The two kinds of response type `write` differently, though both take a chunk alone.
  const take: (chunk: string | Buffer) => boolean = response.write.bind(response);
  return take(chunk);
}

function block(): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < 4096; i += 1) parts.push(createHash('sha256').update(`block ${i}`).digest());
  return Buffer.concat(parts);
}
