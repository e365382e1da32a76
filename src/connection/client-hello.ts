// The server name of a ClientHello (RFC 8446 §4.1.2, RFC 6066 §3), for TLS that passes unopened: nobody else would look at it.

import type { Duplex } from 'node:stream';

/** `name` as sent; null when the client names none. */
type HelloReading = { readonly name: string | null } | 'more' | 'invalid';

const RECORD_HEADER = 5;
const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
/** Post-quantum key shares make a hello of some 2 KiB. More than this, or in more pieces, is no client but work for nothing (threat G4). */
const MAX_HELLO_BYTES = 16_384;
const MAX_RECORDS = 64;
const SERVER_NAME = 0;

/** Reads a hello from the start of a connection; it may be spread over several records. */
export function readServerName(bytes: Buffer): HelloReading {
  if (bytes.length > 2 * MAX_HELLO_BYTES) return 'invalid';
  const fragments: Buffer[] = [];
  for (let at = 0, size = 0, end = Number.POSITIVE_INFINITY; fragments.length < MAX_RECORDS; ) {
    if (bytes.length < at + RECORD_HEADER) return 'more';
    const length = bytes.readUInt16BE(at + 3);
    if (bytes[at] !== HANDSHAKE || length === 0) return 'invalid';
    if (bytes.length < at + RECORD_HEADER + length) return 'more';
    fragments.push(bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length));
    size += length;
    at += RECORD_HEADER + length;
    if (size >= 4 && end === Number.POSITIVE_INFINITY) {
      const head = Buffer.concat(fragments);
      end = 4 + head.readUIntBE(1, 3);
      if (head[0] !== CLIENT_HELLO || end > MAX_HELLO_BYTES) return 'invalid';
    }
    if (size >= end) return nameIn(Buffer.concat(fragments).subarray(4, end));
  }
  return 'invalid';
}

function nameIn(hello: Buffer): HelloReading {
  try {
    let at = 34; // version and random
    at += 1 + hello.readUInt8(at); // session id
    at += 2 + hello.readUInt16BE(at); // cipher suites
    at += 1 + hello.readUInt8(at); // compression methods
    if (at === hello.length) return { name: null };
    const end = at + 2 + hello.readUInt16BE(at);
    if (end !== hello.length) return 'invalid';
    let name: string | null = null;
    for (at += 2; at < end; ) {
      const length = hello.readUInt16BE(at + 2);
      if (hello.readUInt16BE(at) === SERVER_NAME) {
        const found = onlyName(hello.subarray(at + 4, at + 4 + length));
        if (found === null || name !== null) return 'invalid';
        name = found;
      }
      at += 4 + length;
    }
    return at === end ? { name } : 'invalid';
  } catch {
    return 'invalid'; // a length that leads beyond the end (RangeError)
  }
}

/** One entry of type host_name, filling the list: two names are two answers to the question who is meant. */
function onlyName(extension: Buffer): string | null {
  const length = extension.readUInt16BE(3);
  if (extension.readUInt16BE(0) !== extension.length - 2 || extension[2] !== 0 || length !== extension.length - 5) return null;
  const name = extension.toString('latin1', 5);
  return /^[!-~]+$/.test(name) ? name : null;
}

/** Waits for the whole hello and puts its bytes back. Null when it is none, or did not come in time. */
export function peekServerName(socket: Duplex, timeoutMs: number): Promise<{ readonly name: string | null } | null> {
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0);
    const done = (reading: { readonly name: string | null } | null): void => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd);
      socket.pause();
      if (seen.length > 0 && !socket.destroyed) socket.unshift(seen);
      resolve(reading);
    };
    const timer = setTimeout(() => done(null), timeoutMs);
    const onEnd = (): void => done(null);
    const onData = (chunk: Buffer): void => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const reading = readServerName(seen);
      if (reading !== 'more') done(reading === 'invalid' ? null : reading);
    };
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onEnd);
    socket.resume();
  });
}
