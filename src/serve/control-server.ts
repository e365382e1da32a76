// The running gateway's side of dataDir/control.sock: the operator's use cases for whoever may open the socket.

import { unlinkSync } from 'node:fs';
import { fastify } from 'fastify';
import { asciiJson } from './ascii-json.ts';
import { closeApp } from './close-app.ts';
import { addControlRoutes, errorAnswer } from './control-routes.ts';
import { listenOnSocket } from './control-socket.ts';
import type { Operator } from './operator.ts';

interface ControlServerOptions {
  readonly dataDir: string;
  readonly operator: Operator;
  /** Loads the bundle anew; absent where there is none to load. */
  readonly reload?: () => Promise<void>;
}

interface ControlServer {
  readonly path: string;
  close(): Promise<void>;
}

const BODY_BYTES = 65_536;

/** Resolves when it listens. Throws STORE_LOCKED, CONFIG_INVALID, KEY_EXPOSED (see control-socket.ts). */
export async function startControl({ dataDir, operator, reload }: ControlServerOptions): Promise<ControlServer> {
  const app = fastify({
    bodyLimit: BODY_BYTES,
    logger: false,
    forceCloseConnections: true,
    // What does not fit is refused; the default would mend it silently.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
  });
  app.setReplySerializer(asciiJson);
  app.setErrorHandler((thrown, _request, reply) => {
    const { status, error } = errorAnswer(thrown);
    return reply.code(status).send({ error });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({
      error: { code: 'USAGE', message: 'the running gateway does not know this command: it may be of another version' },
    }),
  );
  app.post('/ping', async () => ({ result: 'interlock' }));
  if (reload !== undefined) app.post('/reload', async () => ({ result: await reload().then(() => 'loaded') }));
  addControlRoutes(app, operator);
  await app.ready();
  const path = await listenOnSocket(app.server, dataDir);
  return {
    path,
    async close() {
      await closeApp(app);
      removeIfThere(path);
    },
  };
}

/** Node removes the file of a socket that it closes; where it did not, the next start does. */
function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    return;
  }
}
