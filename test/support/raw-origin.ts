// An origin that writes exactly the bytes a test wants, well-formed or not: what a hostile upstream does.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { portOf } from './origin.ts';
import type { Leaf } from './throwaway-ca.ts';

export interface RawOrigin extends AsyncDisposable {
  readonly port: number;
  readonly address: string;
  /** Everything that came, one buffer a connection. */
  readonly heard: Buffer[];
}

/**
 * `script` is called with each connection's head (up to the empty line) and gives the bytes to write back; `null` writes
 * nothing. The connection stays open unless the script ends the socket.
 */
export async function startRawOrigin(
  leaf: Leaf,
  script: (head: string, socket: TLSSocket) => string | Buffer | null,
): Promise<RawOrigin> {
  const heard: Buffer[] = [];
  const open = new Set<Socket>();
  const server = createServer({ key: leaf.keyPem, cert: leaf.certPem, ALPNProtocols: ['http/1.1'] });
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  server.on('tlsClientError', () => {});
  server.on('secureConnection', (socket) => {
    const index = heard.push(Buffer.alloc(0)) - 1;
    let pending = '';
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      heard[index] = Buffer.concat([heard[index] ?? Buffer.alloc(0), chunk]);
      pending += chunk.toString('latin1');
      for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
        const head = pending.slice(0, end);
        pending = pending.slice(end + 4);
        const bytes = script(head, socket);
        if (bytes !== null) socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  return {
    port,
    address: `127.0.0.1:${port}`,
    heard,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
