// Interlock's own calls to services that it uses itself: fetch over the house's dialer, so that no proxy variable of the host has a say.

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { canonicalHost } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import type { Dialer } from './dialer.ts';

const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Like `fetch`, for `http:` and `https:` with a text body or none; one connection a call, HTTP/1.1, redirects not followed, at most 1 MiB
 * of answer. What operators set for upstreams (roots, pins, parent proxy, the address guard) holds here too.
 * Throws the dialer's coded errors, UPSTREAM_PROTOCOL, and the signal's reason.
 */
export function createOwnFetch(dialer: Pick<Dialer, 'dial'>): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { body = null, signal } = init;
    if (body !== null && typeof body !== 'string') throw protocolError('only text can be sent');
    const secure = url.protocol === 'https:';
    if (!secure && url.protocol !== 'http:') throw protocolError('only http and https addresses can be called');
    signal?.throwIfAborted();
    const host = canonicalHost(url.hostname.replace(/^\[|\]$/g, ''));
    if (host === null) throw protocolError('the address has no usable host');
    const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
    const { socket } = await dialer.dial({ host, port }, { secure, alpn: ['http/1.1'] });
    const headers = { ...Object.fromEntries(new Headers(init.headers ?? {})), host: url.host };
    const sent = request({
      createConnection: () => socket,
      method: init.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      headers: body === null ? headers : { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    try {
      return await answerTo(sent, body, signal ?? null);
    } finally {
      socket.destroy();
    }
  };
}

async function answerTo(sent: ClientRequest, body: string | null, signal: AbortSignal | null): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  sent.on('error', reject);
  sent.on('response', (answer) => void readAnswer(answer).then(resolve, reject));
  sent.end(body ?? undefined);
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    sent.destroy();
  }
}

async function readAnswer(answer: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) throw protocolError('the answer is too large');
    chunks.push(part);
  }
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 599) throw protocolError('the answer has no usable status');
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const bodiless = status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : Buffer.concat(chunks), { status, headers });
}

function protocolError(why: string): InterlockError {
  return new InterlockError('UPSTREAM_PROTOCOL', `Interlock's own call failed: ${why}`);
}
