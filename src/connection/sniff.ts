// The first bytes inside a tunnel tell what it carries: TLS, HTTP in the clear, or something else.

import type { Duplex } from 'node:stream';

export type TunnelProtocol = 'tls' | 'http' | 'raw';

/** Enough for a TLS record header or the longest HTTP method and its space. */
const ENOUGH_BYTES = 24;

/** RFC 8446 §5.1: handshake(22), legacy version 3.x, a length within bounds, then client_hello(1). */
function looksLikeTls(bytes: Buffer): boolean {
  if (bytes[0] !== 0x16) return false;
  if (bytes.length > 1 && bytes[1] !== 0x03) return false;
  return bytes.length < 6 || bytes[5] === 0x01;
}

/** An upper-case token and a space, as RFC 9112 §3 has it. HTTP/2 with prior knowledge (`PRI * HTTP/2.0`) is not taken. */
function looksLikeHttp(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, ENOUGH_BYTES);
  return /^[A-Z][A-Z-]{0,19} [/*h]/.test(text) && !text.startsWith('PRI ');
}

function undecided(bytes: Buffer): boolean {
  if (bytes[0] === 0x16) return bytes.length < 6 && looksLikeTls(bytes);
  return bytes.length < ENOUGH_BYTES && /^[A-Z][A-Z-]{0,19}(?: $|$)/.test(bytes.toString('latin1'));
}

/**
 * Waits for the client's first bytes and puts them back unread. Null when none came in time or the client left:
 * a tunnel that stays silent is never dialled.
 */
export function sniff(socket: Duplex, timeoutMs: number): Promise<TunnelProtocol | null> {
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0);
    const done = (protocol: TunnelProtocol | null): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd);
      socket.pause();
      if (seen.length > 0 && !socket.destroyed) socket.unshift(seen);
      resolve(protocol);
    };
    const timer = setTimeout(() => done(null), timeoutMs);
    const onEnd = (): void => done(null);
    const onData = (chunk: Buffer): void => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      if (undecided(seen)) return;
      if (looksLikeTls(seen)) done('tls');
      else done(looksLikeHttp(seen) ? 'http' : 'raw');
    };
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onEnd);
    socket.resume();
  });
}
