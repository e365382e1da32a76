// The console's page and its assets, served from memory. The one place where a browser may run a script of ours, and only ours.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
  readonly etag: string;
}

/** By path: `/`, and `/assets/…`. Empty when the page was never built. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** Sources and the built package lie at the same depth, so this is right for both. */
const BUILT = fileURLToPath(new URL('../../console/dist', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** INVARIANT: no inline script or style, nothing from elsewhere, and nobody frames it (threats D3, D4). */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

const PAGE_HEADERS = {
  'content-security-policy': PAGE_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

const NOT_BUILT =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Interlock</title><h1>The console is not built</h1>' +
  '<p>Run <code>npm run console</code> where Interlock is installed, and start the gateway again. ' +
  'Until then, <code>interlock tickets</code> does the same work.</p></html>';

/** Reads what `npm run console` wrote, whole: it is small, and nothing on disk is looked up by what a request names. */
export function readConsoleFiles(directory: string = BUILT): ConsoleFiles {
  const files = new Map<string, ConsoleFile>();
  try {
    files.set('/', consoleFile(join(directory, 'index.html')));
    for (const name of readdirSync(join(directory, 'assets')))
      if (TYPES[extname(name)] !== undefined) files.set(`/assets/${name}`, consoleFile(join(directory, 'assets', name)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  return files;
}

function consoleFile(path: string): ConsoleFile {
  const body = readFileSync(path);
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    body,
    zipped: gzipSync(body, { level: 9 }),
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
  };
}

export function addConsoleFiles(app: FastifyInstance, files: ConsoleFiles): void {
  if (!files.has('/')) {
    app.get('/', async (_request, reply) => reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT));
    return;
  }
  for (const [path, file] of files) app.get(path, async (request, reply) => answer(request, reply, path, file));
}

function answer(request: FastifyRequest, reply: FastifyReply, path: string, file: ConsoleFile): FastifyReply {
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  // A representation's own tag (RFC 9110 §8.8.3.3): what is zipped is another one.
  const etag = `"${file.etag}${zipped ? '-gzip' : ''}"`;
  reply.headers(PAGE_HEADERS).headers({
    etag,
    vary: 'accept-encoding',
    // An asset's name is its content's digest, so it never changes; the page is asked for each time, by its tag.
    'cache-control': path === '/' ? 'no-cache' : 'public, max-age=31536000, immutable',
  });
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag)) return reply.code(304).send();
  if (zipped) reply.header('content-encoding', 'gzip');
  return reply.type(file.type).send(zipped ? file.zipped : file.body);
}
