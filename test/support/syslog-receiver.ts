// A syslog receiver over TLS or TCP: reads frames with octet counting, may be slow, and may die with what it has not read.

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { freePort } from './free-port.ts';
import type { Leaf } from './throwaway-ca.ts';

export interface SyslogReceiver extends AsyncDisposable {
  readonly port: number;
  /** Whole messages, in the order they came; repeats included. */
  readonly messages: string[];
  /** So many of them came in sessions that it has answered the end of. */
  readonly confirmed: number;
  /** Has neither any more. */
  forget(): void;
  readonly sessions: number;
  /** Resets every connection and listens no more. */
  die(): Promise<void>;
  comeBack(): Promise<void>;
  /** Reads nothing while paused. */
  pause(paused: boolean): void;
}

export async function startSyslogReceiver(leaf: Leaf | null): Promise<SyslogReceiver> {
  const messages: string[] = [];
  const open = new Set<Socket>();
  const port = await freePort();
  let [sessions, paused] = [0, false];
  let confirmed = 0;
  const serve = (socket: Socket): void => {
    sessions += 1;
    open.add(socket);
    if (paused) socket.pause();
    let rest = '';
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('end', () => (confirmed = messages.length));
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf(' '); end > 0; end = rest.indexOf(' ')) {
        const length = Number(rest.slice(0, end));
        if (rest.length < end + 1 + length) return;
        messages.push(rest.slice(end + 1, end + 1 + length));
        rest = rest.slice(end + 1 + length);
      }
    });
  };
  let server: Server;
  const listen = async (): Promise<void> => {
    server = leaf === null ? createServer(serve) : createTlsServer({ cert: leaf.certPem, key: leaf.keyPem }, serve);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  };
  const die = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of open)
      if (leaf === null) socket.resetAndDestroy();
      else socket.destroy();
    await closed;
  };
  await listen();
  return {
    port,
    messages,
    get confirmed() {
      return confirmed;
    },
    forget() {
      messages.length = 0;
      confirmed = 0;
    },
    get sessions() {
      return sessions;
    },
    die,
    comeBack: listen,
    pause(now) {
      paused = now;
      for (const socket of open)
        if (now) socket.pause();
        else socket.resume();
    },
    [Symbol.asyncDispose]: () => die(),
  };
}

/** The entry's sequence in a message in JSON lines. */
export function sequenceIn(message: string): number {
  return JSON.parse(message.slice(message.indexOf('{'))).sequence;
}
