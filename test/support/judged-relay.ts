// A TCP relay whose WebSocket messages go through a gate: the joined sockets as they are in the gateway, without the rest of it.

import { once } from 'node:events';
import { type AddressInfo, createServer, connect, type Socket } from 'node:net';
import { createBodyMeter } from '../../src/http/body-meter.ts';
import { joinJudged } from '../../src/http/judged-sockets.ts';
import type { MessageGate } from '../../src/http/message-gate.ts';

export interface JudgedRelay extends AsyncDisposable {
  readonly port: number;
  readonly ended: () => number;
}

/** Passes both handshake heads as they are, then joins. */
export async function startJudgedRelay(upstreamPort: number, gate: MessageGate): Promise<JudgedRelay> {
  let ended = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
    }
    void (async () => {
      upstream.write(await head(client));
      client.write(await head(upstream));
      const onEnd = (): void => void (ended += 1);
      joinJudged({ client, upstream, up: createBodyMeter(), down: createBodyMeter(), onEnd }, gate);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ended: () => ended,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function head(socket: Socket): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (!bytes.includes('\r\n\r\n')) {
    const [chunk] = await once(socket, 'data');
    bytes = Buffer.concat([bytes, chunk as Buffer]);
  }
  socket.pause();
  const end = bytes.indexOf('\r\n\r\n') + 4;
  if (end < bytes.length) socket.unshift(bytes.subarray(end));
  return bytes.subarray(0, end);
}
