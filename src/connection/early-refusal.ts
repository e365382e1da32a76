// Refusals on a connection where there is no exchange yet: one plain answer, then the end.

import type { IncomingMessage } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type InterlockError, statusOf } from '../errors.ts';
import { hangUp } from './hang-up.ts';

/** RFC 9110 §11.7.1: how a client proves itself to this proxy. */
export const PROXY_AUTHENTICATE: readonly string[] = ['proxy-authenticate', 'Basic realm="interlock", charset="UTF-8"'];

/** Every `Proxy-Authorization` value, repeats included: Node's joined view would hide a second one. */
export function proxyAuthorization(request: IncomingMessage): string[] {
  const values: string[] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i]?.toLowerCase() === 'proxy-authorization') values.push(request.rawHeaders[i + 1] ?? '');
  }
  return values;
}

export function writeRefusal(socket: Duplex, error: InterlockError): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = statusOf(error.code);
  const body = `interlock: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}\n`;
  const fields = [
    ...(status === 407 ? PROXY_AUTHENTICATE : []),
    'content-type',
    'text/plain; charset=utf-8',
    'content-length',
    String(Buffer.byteLength(body)),
    'proxy-status',
    'interlock; error=http_request_denied',
    'connection',
    'close',
  ];
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`;
  // What the client pipelined behind a refusal is never a request (threat A20).
  hangUp(socket, `${head}\r\n${body}`);
}
