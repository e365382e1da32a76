// Bounds on request heads that hold on every HTTP/1.1 server of the proxy (threats B8, G1).

import type { IncomingMessage, ServerOptions } from 'node:http';

export const HEAD_LIMITS = {
  /** Large enough for real cookies and tokens; Node answers 431 beyond it. */
  maxHeaderSize: 65_536,
  headersTimeout: 20_000,
  /** A body may take as long as it likes while bytes come; the reader and the relay watch for silence. */
  requestTimeout: 0,
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
  insecureHTTPParser: false,
  /** Host is checked against the tunnel by ourselves, with an entry. */
  requireHostHeader: false,
  rejectNonStandardBodyWrites: false,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
} satisfies ServerOptions;

/** Only a WebSocket handshake leaves HTTP; h2c and made-up protocols stay ordinary requests without their Upgrade (threat B11). */
export function isWebSocketUpgrade(request: IncomingMessage): boolean {
  return request.method === 'GET' && request.headers.upgrade?.trim().toLowerCase() === 'websocket';
}
