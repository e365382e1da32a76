// The console's server: health, metrics, and the tickets for people. Never reached by agents through the proxy, which dials no own address.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type FastifyInstance, fastify } from 'fastify';
import { listen } from '../connection/listen.ts';
import type { Address, Listener } from '../config/config.ts';
import { InterlockError } from '../errors.ts';
import { asciiJson } from './ascii-json.ts';
import { closeApp } from './close-app.ts';
import { addConsoleFiles, type ConsoleFiles, readConsoleFiles } from './console-files.ts';
import { hostProblem, isPageVisit, originProblem } from './host-guard.ts';
import type { Metrics } from './metrics.ts';
import type { SlackDoor } from '../approve/slack.ts';
import { problemOf, sendProblem, thrownProblem } from './problem.ts';
import { addSlackRoutes } from './slack-routes.ts';
import { addApi, type Api, type ApiOptions } from './api.ts';

interface Health {
  /** Digest of the bundle in force. */
  readonly bundle: string;
  /** Why the newest change of the policies is not in force, or null. The last good bundle serves on. */
  readonly bundleRejected: string | null;
  readonly ledger: { readonly ok: boolean; readonly entries: number; readonly lag: number };
  readonly caDaysLeft: number;
}

export interface ConsoleOptions extends ApiOptions {
  readonly listener: Listener;
  /** Names besides its own address that the console answers to, for a reverse proxy before it. */
  readonly hosts?: readonly string[];
  /** The page; what `npm run console` built unless a test brings its own. */
  readonly page?: ConsoleFiles;
  readonly metrics: Pick<Metrics, 'render' | 'contentType'>;
  readonly health: () => Promise<Health>;
  /** Null or absent: Slack has no route here. */
  readonly slack?: Pick<SlackDoor, 'receive'> | null;
  /** False while starting or draining. */
  readonly ready: () => boolean;
}

interface ConsoleServer {
  readonly address: Address;
  close(): Promise<void>;
}

/** A decision needs no body at all. */
const BODY_BYTES = 4_096;
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Resolves when it listens. Throws CONFIG_INVALID when the address can't be had. */
export async function startConsole(options: ConsoleOptions): Promise<ConsoleServer> {
  const { app, api } = await consoleApp(options);
  await app.ready();
  const address = await listen(app.server, options.listener.listen);
  return {
    address,
    async close() {
      api.close();
      await closeApp(app);
    },
  };
}

async function consoleApp(options: ConsoleOptions): Promise<{ readonly app: FastifyInstance; readonly api: Api }> {
  const app = fastify({
    bodyLimit: BODY_BYTES,
    logger: false,
    requestTimeout: 10_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // What does not fit is refused; the default would mend it silently. Numbers in queries arrive as text.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, useDefaults: false } },
    serverFactory: (handler) => serverOf(options.listener, handler),
  });
  guard(app, new Set([options.listener.listen.host, ...(options.hosts ?? [])].map((name) => name.toLowerCase())));
  jsonOnly(app);
  addHealthRoutes(app, options);
  const { slack = null } = options;
  const api = await addApi(app, options, options.listener.tls !== null);
  addConsoleFiles(app, options.page ?? readConsoleFiles());
  if (slack !== null) addSlackRoutes(app, slack);
  return { app, api };
}

function serverOf({ tls }: Listener, handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const limits = { maxHeaderSize: 16_384, headersTimeout: 10_000 };
  if (tls === null) return createServer(limits, handler);
  return createTlsServer({ ...limits, cert: readFileSync(tls.cert), key: readFileSync(tls.key), minVersion: 'TLSv1.2' }, handler);
}

/** Runs before any route is looked for, so that nothing is answered, not even a 404, to the wrong name. */
function guard(app: FastifyInstance, names: ReadonlySet<string>): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const wrongHost = hostProblem(request.raw, names);
    if (wrongHost !== null) return sendProblem(reply, problemOf(421, 'AUTHORITY_MISMATCH', wrongHost));
    const wrongOrigin = isPageVisit(request.raw) ? null : originProblem(request.raw);
    if (wrongOrigin !== null) return sendProblem(reply, problemOf(403, 'APPROVER_REFUSED', wrongOrigin));
    return undefined;
  });
  app.setReplySerializer(asciiJson);
  // Schemas of answers describe; a serializer made of them would drop what they do not name, and write more than ASCII.
  app.setSerializerCompiler(() => asciiJson);
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, thrownProblem(error)));
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, problemOf(404, 'NAME_UNKNOWN', 'there is nothing here')));
}

/** A form of another site can't send JSON without asking first, and nobody answers its question: there is no CORS (threat D3). */
function jsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body.toString().trim() === '') return done(null, {});
    try {
      return done(null, JSON.parse(body.toString()));
    } catch {
      return done(new InterlockError('USAGE', 'the body is not JSON'));
    }
  });
}

function addHealthRoutes(app: FastifyInstance, options: ConsoleOptions): void {
  app.get('/healthz', async (_request, reply) => {
    const health = await options.health();
    const ok = health.ledger.ok && health.caDaysLeft > 0;
    return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'failing', enforcement: options.enforcement, ...health });
  });
  app.get('/readyz', async (_request, reply) =>
    reply.code(options.ready() ? 200 : 503).send({ ready: options.ready(), enforcement: options.enforcement }),
  );
  app.get('/metrics', async (_request, reply) => reply.type(options.metrics.contentType).send(await options.metrics.render()));
}
