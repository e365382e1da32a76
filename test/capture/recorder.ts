// Stands in for every vendor: all TLS connections of this process end here, and the raw bytes of what an SDK sends are kept.

import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import tls from 'node:tls';
import { createThrowawayCa } from '../support/throwaway-ca.ts';
import type { Answer } from './vendor.ts';
import { type WireRequest, takeRequest } from './wire-request.ts';

export interface Recorder extends AsyncDisposable {
  /** What came while `work` ran, in order, and what `work` threw, if it did. */
  during(
    work: () => Promise<unknown>,
    answer: (line: string, body: Buffer) => Answer,
  ): Promise<{ requests: WireRequest[]; error: unknown }>;
}

const NAME = 'recorder.example';

/**
 * SDKs keep the vendor's own host in what they write, and verify the recorder's certificate: only where their connections lead is changed.
 * HTTP/1.1 is all that is spoken.
 */
export async function startRecorder(): Promise<Recorder> {
  const ca = await createThrowawayCa('Interlock capture');
  const leaf = await ca.issue([NAME]);
  let requests: WireRequest[] = [];
  let answer = (_line: string, _body: Buffer): Answer => ({});
  const server = tls.createServer({ key: leaf.keyPem, cert: leaf.certPem, ALPNProtocols: ['http/1.1'] }, (socket) => {
    serve(socket, (request) => {
      requests.push(request);
      return answer(request.line, request.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const restore = leadTo(server.address() as AddressInfo, ca.certPem);
  return {
    async during(work, answers) {
      requests = [];
      answer = answers;
      const error = await work().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      return { requests, error };
    },
    async [Symbol.asyncDispose]() {
      restore();
      server.close();
      await ca[Symbol.asyncDispose]();
    },
  };
}

/** Every agent, fetch and HTTP/2 session of Node connects by `tls.connect`. */
function leadTo({ port }: AddressInfo, ca: string): () => void {
  const connect = tls.connect;
  const led = (...args: readonly unknown[]): tls.TLSSocket => {
    const given = args.find((arg) => typeof arg === 'object' && arg !== null) ?? {};
    const ready = args.find((arg) => typeof arg === 'function') as (() => void) | undefined;
    const { lookup: _lookup, ...options } = given as tls.ConnectionOptions;
    return connect({ ...options, host: '127.0.0.1', port, servername: NAME, ca }, ready);
  };
  tls.connect = led;
  syncBuiltinESMExports();
  return () => {
    tls.connect = connect;
    syncBuiltinESMExports();
  };
}

function serve(socket: Socket, take: (request: WireRequest) => Answer): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    if (/\r\nexpect: *100-continue\r\n/i.test(pending.toString('latin1')) && pending.includes('\r\n\r\n'))
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    for (;;) {
      const taken = takeRequest(pending);
      if (taken === null) return;
      pending = taken.rest;
      socket.write(answerBytes(take(taken.request)));
    }
  });
}

function answerBytes({ status = 200, headers = {}, body = {} }: Answer): Buffer {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const fields = { 'Content-Type': 'application/json', ...headers, 'Content-Length': String(bytes.length) };
  const head = [`HTTP/1.1 ${status} Said`, ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`), '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes]);
}
