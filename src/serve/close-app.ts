// Closing a server whose socket we bound ourselves: the framework closes only what it bound.

import type { FastifyInstance } from 'fastify';

/** Answers that are under way are finished; idle connections end now, and whatever is left after `graceMs` is cut. */
export async function closeApp(app: FastifyInstance, graceMs = 1_000): Promise<void> {
  const closed = new Promise<void>((resolve) => app.server.close(() => resolve()));
  app.server.closeIdleConnections();
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
  await app.close();
}
