// Binding a listener and closing it again.

import type { Server } from 'node:http';
import type { Address, Listener } from '../config/config.ts';
import { InterlockError } from '../errors.ts';
import { formatAuthority } from './authority.ts';

/** The address really bound (port 0 is filled in). Throws CONFIG_INVALID when it can't be had (threat G8). */
export function listen(server: Server, address: Address): Promise<Address> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const code = 'code' in error ? String(error.code) : '';
      const why = code === 'EADDRINUSE' ? 'the port is taken' : code === 'EACCES' ? 'the port needs more rights' : error.message;
      reject(
        new InterlockError('CONFIG_INVALID', `can not listen on ${formatAuthority(address.host, address.port)}: ${why}`, {
          cause: error,
          hint:
            code === 'EADDRINUSE'
              ? 'stop what listens there (an Interlock that runs already, perhaps), or set another proxy.listen or console.listen'
              : 'set another proxy.listen or console.listen',
        }),
      );
    };
    server.once('error', fail);
    server.listen({ host: address.host, port: address.port }, () => {
      server.off('error', fail);
      const bound = server.address();
      resolve({ host: address.host, port: typeof bound === 'object' && bound !== null ? bound.port : address.port });
    });
  });
}

/** No new connections; those that are idle end now, the others when their exchanges are done. */
export function stopListening(server: Server, drainTunnels: () => void): void {
  server.close();
  server.closeIdleConnections();
  drainTunnels();
}

export function urlOf(listener: Pick<Listener, 'tls'>, bound: Address): string {
  return `${listener.tls === null ? 'http' : 'https'}://${formatAuthority(bound.host, bound.port)}`;
}
