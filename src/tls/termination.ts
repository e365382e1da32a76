// Opens the client's TLS as the host it asked to reach: one TLS server a host, fed with tunnels, never listening.

import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Leaf } from './leaf.ts';
import type { LeafCache } from './leaf-cache.ts';

export interface Opened {
  readonly socket: TLSSocket;
  readonly protocol: 'h2' | 'http/1.1';
  /** The name the client asked for in its ClientHello (RFC 6066 §3), or null. */
  readonly serverName: string | null;
}

export interface Termination {
  /**
   * Takes TLS off a tunnel to `host`. Only that host is ever certified, whatever the server name says (threats A4, E6).
   * Rejects with the handshake's failure: a client that does not trust the CA, or pins.
   */
  open(raw: Socket, host: string): Promise<Opened>;
  readonly servers: number;
}

const HANDSHAKE_TIMEOUT_MS = 15_000;
/** Each server holds a context of about 17 KB. */
const MAX_SERVERS = 2_000;

interface HostServer {
  readonly server: Server;
  /** The cache hands out the same object until it renews the leaf: then the server is rebuilt. */
  readonly leaf: Leaf;
}

interface Waiter {
  readonly resolve: (opened: Opened) => void;
  readonly reject: (error: Error) => void;
}

export function createTermination(leaves: LeafCache): Termination {
  const servers = new Map<string, HostServer>();
  const waiting = new Map<string, Waiter>();

  const serverFor = (host: string): Server => {
    const leaf = leaves.get(host);
    const known = servers.get(host);
    if (known !== undefined && known.leaf === leaf) {
      servers.delete(host); // a Map keeps the order of insertion: used last goes out last
      servers.set(host, known);
      return known.server;
    }
    const server = hostServer(leaf, waiting);
    servers.delete(host);
    servers.set(host, { server, leaf });
    if (servers.size > MAX_SERVERS) {
      const oldest = servers.keys().next().value;
      if (oldest !== undefined) servers.delete(oldest);
    }
    return server;
  };

  return {
    open(raw, host) {
      return new Promise((resolve, reject) => {
        // INVARIANT: a socket without a peer has no key of its own, and must never take up another tunnel's scope.
        if (raw.destroyed || raw.remoteAddress === undefined) {
          reject(new Error('the connection closed before the TLS handshake'));
          return;
        }
        const key = peerKey(raw);
        const done = (): void => {
          waiting.delete(key);
          raw.off('close', onClose);
        };
        const onClose = (): void => {
          done();
          reject(new Error('the connection closed during the TLS handshake'));
        };
        waiting.set(key, {
          resolve: (opened) => {
            done();
            resolve(opened);
          },
          reject: (error) => {
            done();
            reject(error);
          },
        });
        raw.on('close', onClose);
        serverFor(host).emit('connection', raw);
      });
    },
    get servers() {
      return servers.size;
    },
  };
}

/** The TLS socket shares the connection's peer address, which no other live connection has: it ties the two together. */
function peerKey(socket: Socket | TLSSocket): string {
  return `${socket.remoteAddress}|${socket.remotePort}|${socket.localAddress}|${socket.localPort}`;
}

function hostServer(leaf: Leaf, waiting: Map<string, Waiter>): Server {
  const server = createServer({
    key: leaf.key,
    cert: leaf.cert,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    const waiter = waiting.get(peerKey(socket));
    if (waiter === undefined) {
      socket.destroy(); // no scope, no service
      return;
    }
    const serverName = typeof socket.servername === 'string' && socket.servername !== '' ? socket.servername : null;
    waiter.resolve({ socket, protocol: socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1', serverName });
  });
  server.on('tlsClientError', (error, socket) => {
    waiting.get(peerKey(socket))?.reject(error);
    socket.destroy();
  });
  return server;
}
