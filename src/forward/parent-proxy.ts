// The way out through a parent proxy: a CONNECT tunnel to the target, over plain TCP or TLS (RFC 9110 §9.3.6).

import type { Socket } from 'node:net';
import { formatAuthority, parseAuthority } from '../connection/authority.ts';
import { InterlockError } from '../errors.ts';
import type { Authority } from '../http/request-view.ts';

export interface ParentProxy {
  readonly authority: Authority;
  readonly secure: boolean;
  /** `Basic …`, or null. Never shown. */
  readonly authorization: string | null;
}

const MAX_HEAD_BYTES = 16_384;
const HEAD_END = Buffer.from('\r\n\r\n');

/** Reads `http://user:pass@host:port` or its https form. Throws CONFIG_INVALID, without repeating the URL: it may hold a password. */
export function parseParentProxy(text: string): ParentProxy {
  try {
    const url = new URL(text);
    const secure = url.protocol === 'https:';
    if (!secure && url.protocol !== 'http:') throw new RangeError('the scheme is neither http nor https');
    const authority = parseAuthority(url.host, secure ? 443 : 80);
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    const authorization = credentials === ':' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
    return { authority, secure, authorization };
  } catch {
    throw new InterlockError(
      'CONFIG_INVALID',
      'upstream.proxy is not the URL of a proxy: expected http://host:port or https://host:port, with user:password@ before the host when it wants them',
    );
  }
}

/**
 * Asks the parent, over an open connection to it, for a tunnel to `target`. Resolves once it is there, with what the target
 * already said put back into the socket; on failure the socket is destroyed. Throws CONNECT_FAILED, UPSTREAM_CLOSED,
 * UPSTREAM_TIMEOUT.
 */
export function openTunnel(socket: Socket, parent: ParentProxy, target: string, timeoutMs: number): Promise<void> {
  const name = formatAuthority(parent.authority.host, parent.authority.port);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = (): void => {
      clearTimeout(timer);
      socket.off('readable', onReadable);
      socket.off('close', onClose);
    };
    const fail = (code: 'CONNECT_FAILED' | 'UPSTREAM_CLOSED' | 'UPSTREAM_TIMEOUT', problem: string): void => {
      settle();
      socket.destroy();
      reject(new InterlockError(code, `no tunnel to ${target} through the parent proxy ${name}: ${problem}`));
    };
    const onClose = (): void => fail('UPSTREAM_CLOSED', 'it closed the connection');
    // Not 'data': removing its last listener leaves the socket flowing, and what the target says first would be lost.
    const onReadable = (): void => {
      const chunk: unknown = socket.read();
      if (!Buffer.isBuffer(chunk)) return;
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf(HEAD_END);
      if (end === -1) {
        if (received.length > MAX_HEAD_BYTES) fail('CONNECT_FAILED', `its answer has more than ${MAX_HEAD_BYTES} bytes of head`);
        return;
      }
      const problem = refusal(received.subarray(0, end).toString('latin1'));
      if (problem !== null) return fail('CONNECT_FAILED', problem);
      settle();
      const early = received.subarray(end + HEAD_END.length);
      if (early.length > 0) socket.unshift(early);
      resolve();
    };
    const timer = setTimeout(() => fail('UPSTREAM_TIMEOUT', `no answer within ${timeoutMs / 1000} s`), timeoutMs);
    socket.on('readable', onReadable);
    socket.once('close', onClose);
    socket.write(connectHead(target, parent.authorization));
  });
}

function connectHead(target: string, authorization: string | null): string {
  const credentials = authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${credentials}\r\n`;
}

/** Why this answer is no tunnel, or null when it is one. */
function refusal(head: string): string | null {
  const [, status] = /^HTTP\/1\.[01] ([1-5][0-9]{2})(?: |\r|$)/.exec(head) ?? [];
  if (status === undefined) return 'its answer is not HTTP';
  if (status.startsWith('2')) return null;
  if (status === '407') return 'it wants other credentials than those in upstream.proxy (407)';
  return `it refused with status ${status}`;
}
