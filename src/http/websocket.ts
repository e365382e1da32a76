// WebSocket (RFC 6455) through the proxy: the handshake is checked on both sides, then bytes pass with back-pressure.

import { hash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { BodyMeter } from './body-meter.ts';
import { InterlockError } from '../errors.ts';
import { HeaderList, type RawHeaders } from './headers.ts';
import { closeAfter } from './last-bytes.ts';

/** RFC 6455 §1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Not negotiated, so that messages stay readable for judging (permessage-deflate would hide them, threat C21). */
const NOT_NEGOTIATED = new Set(['sec-websocket-extensions']);

/** The handshake's request fields as they go upstream. Throws REQUEST_MALFORMED when it is not one. */
export function handshakeFields(headers: HeaderList): HeaderList {
  const key = headers.all('sec-websocket-key');
  if (key.length !== 1 || !/^[A-Za-z0-9+/]{22}==$/.test(key[0] ?? '') || headers.get('sec-websocket-version') !== '13') {
    throw new InterlockError('REQUEST_MALFORMED', 'the WebSocket handshake needs one Sec-WebSocket-Key and version 13');
  }
  return headers.without(NOT_NEGOTIATED);
}

/** INVARIANT: no bare tunnel without a 101 that proves it read this handshake (threat B11). Throws UPSTREAM_PROTOCOL. */
export function checkSwitch(request: RawHeaders, response: RawHeaders): void {
  const key = new HeaderList(request).get('sec-websocket-key') ?? '';
  const fields = new HeaderList(response);
  const expected = hash('sha1', `${key}${ACCEPT_GUID}`, 'base64');
  if (fields.get('upgrade')?.toLowerCase() !== 'websocket' || fields.get('sec-websocket-accept') !== expected) {
    throw new InterlockError('UPSTREAM_PROTOCOL', 'the upstream switched protocols without a valid WebSocket handshake');
  }
  if (fields.has('sec-websocket-extensions')) {
    throw new InterlockError('UPSTREAM_PROTOCOL', 'the upstream chose a WebSocket extension that was not offered');
  }
}

/** Passes bytes both ways until either side ends. `onEnd` runs once. */
export function joinSockets(client: Duplex, upstream: Duplex, up: BodyMeter, down: BodyMeter, onEnd: () => void): void {
  let open = 2;
  const closed = (gone: Duplex, other: Duplex): void => {
    open -= 1;
    closeAfter(gone, other);
    if (open === 0) onEnd();
  };
  client.on('data', (chunk: Buffer) => up.add(chunk));
  upstream.on('data', (chunk: Buffer) => down.add(chunk));
  client.on('error', () => undefined).on('close', () => closed(client, upstream));
  upstream.on('error', () => undefined).on('close', () => closed(upstream, client));
  client.pipe(upstream);
  upstream.pipe(client);
  // One that closed before it was joined never says so again, and the other would be held open for nobody (threat G10).
  if (client.closed) closed(client, upstream);
  if (upstream.closed) closed(upstream, client);
}
