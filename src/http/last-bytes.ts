// The end of one of two joined sockets: what the other was given by then still goes out, because a slow reader takes it later than that.

import type { Duplex } from 'node:stream';

/** How long the last bytes may take. */
const LAST_MS = 30_000;

/** `gone` is closed. Closes the other too: behind its last bytes when `gone` came to its end, at once when it broke off. */
export function closeAfter(gone: Duplex, other: Duplex): void {
  if (!gone.readableEnded || other.writableLength === 0) {
    other.destroy();
    return;
  }
  const timer = setTimeout(() => other.destroy(), LAST_MS);
  other.on('finish', () => other.destroy()).on('close', () => clearTimeout(timer));
  other.end();
}
