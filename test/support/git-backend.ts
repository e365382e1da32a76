// Git's own smart HTTP server (`git http-backend`, a CGI program) behind a request of one of our origins.

import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { OriginResponse } from './origin.ts';
import type { OriginRequest } from './received.ts';

/** Serves every repository under `root`. `user` is who pushes, as the backend's hooks would see it. */
export async function serveGit(root: string, request: OriginRequest, response: OriginResponse, user: string): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://git');
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: fieldOf(request, 'git-protocol'),
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: fieldOf(request, 'content-type'),
      HTTP_CONTENT_ENCODING: fieldOf(request, 'content-encoding'),
      ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: fieldOf(request, 'content-length') }),
      REMOTE_USER: user,
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  response.on('close', () => backend.kill());
  const rest = await writeHead(backend.stdout, response);
  if (rest.length > 0) backend.stdout.unshift(rest);
  backend.stdout.pipe(response);
}

function fieldOf(request: OriginRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** CGI (RFC 3875 §6): fields up to an empty line, `Status` among them. Gives back the body bytes that came along. */
async function writeHead(output: Readable, response: OriginResponse): Promise<Buffer> {
  let seen = Buffer.alloc(0);
  for (;;) {
    const end = seen.indexOf('\r\n\r\n');
    if (end >= 0) {
      for (const line of seen.subarray(0, end).toString('latin1').split('\r\n')) {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon).toLowerCase();
        const value = line.slice(colon + 1).trim();
        if (name === 'status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      return seen.subarray(end + 4);
    }
    const chunk = await nextChunk(output);
    if (chunk === null) throw new Error('git http-backend ended before its answer began');
    seen = Buffer.concat([seen, chunk]);
  }
}

function nextChunk(output: Readable): Promise<Buffer | null> {
  const chunk: unknown = output.read();
  if (Buffer.isBuffer(chunk)) return Promise.resolve(chunk);
  if (output.readableEnded) return Promise.resolve(null);
  return new Promise((resolve) => {
    const done = (): void => {
      output.off('readable', done);
      output.off('end', done);
      resolve(output.readableEnded ? null : nextChunk(output));
    };
    output.on('readable', done);
    output.on('end', done);
  });
}
