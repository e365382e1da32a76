// The floor: opens TLS, opens TLS again towards the origin, and copies bytes. No HTTP, no judgement.
// usage: node pipe-peer.ts PORT ORIGINPORT KEYFILE CERTFILE ORIGINCAFILE

import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { connect, createSecureContext, TLSSocket } from 'node:tls';

const [port = '', originPort = '', keyFile = '', certFile = '', caFile = ''] = process.argv.slice(2);
const secureContext = createSecureContext({ key: readFileSync(keyFile), cert: readFileSync(certFile) });
const ca = readFileSync(caFile);

const server = createServer((client) => {
  client.setNoDelay(true);
  client.on('error', () => client.destroy());
  let head = '';
  const onData = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    client.off('data', onData);
    client.pause();
    open(client, /^CONNECT ([^:]+):/.exec(head)?.[1] ?? '');
  };
  client.on('data', onData);
});

function open(client: Socket, name: string): void {
  const upstream = connect({ host: '127.0.0.1', port: Number(originPort), servername: name, ca });
  const opened = new TLSSocket(client, { isServer: true, secureContext });
  upstream.setNoDelay(true);
  upstream.on('error', () => opened.destroy());
  opened.on('error', () => upstream.destroy());
  opened.on('close', () => upstream.destroy());
  upstream.on('close', () => opened.destroy());
  client.write('HTTP/1.1 200 OK\r\n\r\n');
  opened.pipe(upstream);
  upstream.pipe(opened);
}

server.listen(Number(port), '127.0.0.1');
