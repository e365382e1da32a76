// A socket whose every byte is the test's own: what no well-behaved client would send.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import type { Interlock, Login } from './interlock.ts';

/** What is connected to. */
export type Running = Pick<Interlock, 'gateway'>;

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** The proxy hung up after it, or within the time that was waited. */
  readonly closed: boolean;
}

export interface RawConnection extends Disposable {
  readonly socket: Socket | TLSSocket;
  write(bytes: string | Buffer): void;
  /** The next complete response (by Content-Length, chunked or close). Status 0: the proxy hung up without one. */
  answer(timeoutMs?: number): Promise<RawAnswer>;
  /** The next head alone: the answer to CONNECT has no body, whatever follows. */
  head(): Promise<RawAnswer>;
  /** All that came until the proxy hung up or the time was over. */
  rest(timeoutMs?: number): Promise<string>;
}

/** A plain connection to the proxy's listener. */
export async function openProxy(interlock: Running): Promise<RawConnection> {
  const { hostname, port } = new URL(interlock.gateway.proxyUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return rawConnection(socket);
}

export function proxyAuthorization(login: Login): string {
  return `Proxy-Authorization: Basic ${Buffer.from(`${login.username}:${login.token}`).toString('base64')}\r\n`;
}

/** CONNECT, and when it was taken the bare tunnel. Throws when the proxy refused. */
export async function openTunnel(interlock: Running, login: Login, authority: string): Promise<RawConnection> {
  const connection = await openProxy(interlock);
  connection.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${proxyAuthorization(login)}\r\n`);
  const head = await untilEmptyLine(connection.socket);
  if (!/^HTTP\/1\.[01] 200/.test(head)) throw new Error(`CONNECT ${authority} was refused: ${head}`);
  return rawConnection(connection.socket);
}

/** A tunnel with TLS in it, the proxy's CA trusted as an agent would. `servername` defaults to the authority's name. */
export async function openTls(
  interlock: Running,
  login: Login,
  authority: string,
  options: { readonly servername?: string; readonly alpn?: readonly string[] } = {},
): Promise<RawConnection> {
  const tunnel = await openTunnel(interlock, login, authority);
  const name = authority.replace(/:\d+$/, '');
  const socket = connectTls({
    socket: tunnel.socket,
    servername: options.servername ?? name,
    // The name of CONNECT is what the leaf must be for, whatever the SNI said.
    checkServerIdentity: (_servername, certificate) => checkServerIdentity(name, certificate),
    ca: readFileSync(interlock.gateway.caFile),
    ALPNProtocols: [...(options.alpn ?? ['http/1.1'])],
  });
  await once(socket, 'secureConnect');
  return rawConnection(socket);
}

function rawConnection(socket: Socket | TLSSocket): RawConnection {
  let seen = Buffer.alloc(0);
  let closed = socket.destroyed;
  let wake = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    wake();
  });
  const onEnd = (): void => {
    closed = true;
    wake();
  };
  socket.on('error', onEnd);
  socket.on('end', onEnd);
  socket.on('close', onEnd);
  const more = (milliseconds: number): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    async answer(timeoutMs = 30_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const found = takeResponse(seen, closed);
        if (found !== null) {
          seen = seen.subarray(found.length);
          return { ...found.answer, closed };
        }
        if (closed || Date.now() >= deadline || !(await more(deadline - Date.now()))) {
          if (!closed)
            throw new Error(`no complete answer within ${timeoutMs} ms, only: ${seen.toString('latin1').slice(0, 300)}`);
          if (takeResponse(seen, true) === null) return { status: 0, head: seen.toString('latin1'), body: '', closed };
        }
      }
    },
    async head() {
      while (!seen.includes('\r\n\r\n') && !closed) if (!(await more(30_000))) throw new Error('no head within 30 s');
      const text = seen.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
      seen = seen.subarray(Math.min(seen.length, text.length + 4));
      return { status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), head: text, body: '', closed };
    },
    async rest(timeoutMs = 1000) {
      const deadline = Date.now() + timeoutMs;
      while (!closed && Date.now() < deadline) await more(deadline - Date.now());
      return seen.toString('latin1');
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

interface Found {
  readonly length: number;
  readonly answer: Omit<RawAnswer, 'closed'>;
}

function takeResponse(bytes: Buffer, ended: boolean): Found | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = bytes.subarray(0, end).toString('latin1');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
  const start = end + 4;
  const found = (length: number, body: string): Found => ({ length, answer: { status, head, body } });
  if (status < 200 || status === 204 || status === 304) return found(start, '');
  const counted = /^content-length: *(\d+)/im.exec(head);
  if (counted !== null) {
    const size = Number(counted[1]);
    return bytes.length < start + size ? null : found(start + size, bytes.subarray(start, start + size).toString('utf8'));
  }
  if (/^transfer-encoding: *chunked/im.test(head)) {
    const last = bytes.indexOf('0\r\n\r\n', start);
    return last < 0 ? null : found(last + 5, bytes.subarray(start, last).toString('utf8'));
  }
  return ended ? found(bytes.length, bytes.subarray(start).toString('utf8')) : null;
}

async function untilEmptyLine(socket: Socket): Promise<string> {
  let head = '';
  while (!head.includes('\r\n\r\n')) {
    const [chunk]: unknown[] = await once(socket, 'data');
    head += String(chunk);
  }
  socket.removeAllListeners('data');
  return head;
}
