// The end of a connection after its last bytes: the client may hear them, but not hold the socket open.

import type { Duplex } from 'node:stream';

/** How long a client may take to read the last answer and close its side. */
const LINGER_MS = 2_000;

/**
 * Ends the socket and destroys it once the client has closed too, or after two seconds: Node's HTTP servers allow half-open
 * sockets, so that one which is only ended stays for as long as its client likes (threat G2). What still comes is read away.
 */
export function hangUp(socket: Duplex, last = ''): void {
  if (socket.destroyed) return;
  socket.on('error', () => socket.destroy());
  socket.end(last, 'utf8');
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.on('end', () => socket.destroy());
  socket.on('close', () => clearTimeout(timer));
  socket.resume();
}
