// Bare forwarding: HTTP on the opened TLS socket, undici towards the origin, nothing between. What a Node proxy can reach.
// usage: node forwarder-peer.ts PORT ORIGINPORT KEYFILE CERTFILE ORIGINCAFILE

import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:tls';
import { Pool } from 'undici';

const [port = '', originPort = '', keyFile = '', certFile = '', caFile = ''] = process.argv.slice(2);
const pools = new Map<string, Pool>();
const ca = readFileSync(caFile);

const http = createHttpServer((request, response) => forward(request, response));
// Never listens: it only turns the sockets of CONNECT into TLS.
const tls = createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (socket) => {
  socket.on('error', () => socket.destroy());
  http.emit('connection', socket);
});
const entrance = createHttpServer();
entrance.on('connect', (_request, socket) => {
  socket.on('error', () => socket.destroy());
  socket.write('HTTP/1.1 200 OK\r\n\r\n');
  tls.emit('connection', socket);
});
entrance.listen(Number(port), '127.0.0.1');

function poolOf(name: string): Pool {
  const known = pools.get(name);
  if (known !== undefined) return known;
  const pool = new Pool(`https://127.0.0.1:${originPort}`, { connect: { ca, servername: name }, pipelining: 1 });
  pools.set(name, pool);
  return pool;
}

function forward(request: IncomingMessage, response: ServerResponse): void {
  const host = request.headers.host ?? '';
  const method = request.method ?? 'GET';
  const hasBody = request.headers['content-length'] !== undefined;
  poolOf(host.replace(/:\d+$/, '')).dispatch(
    { path: request.url ?? '/', method, headers: request.rawHeaders, body: hasBody ? request : null },
    {
      onRequestStart(controller) {
        response.on('close', () => {
          if (!response.writableFinished) controller.abort(new Error('the client went away'));
        });
      },
      onResponseStart(controller, status) {
        const raw = controller.rawHeaders;
        response.writeHead(status, Array.isArray(raw) ? raw.map((part) => part.toString()) : []);
      },
      onResponseData(controller, chunk) {
        if (response.write(chunk)) return;
        controller.pause();
        response.once('drain', () => controller.resume());
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError() {
        response.destroy();
      },
    },
  );
}
