// Reply on a socket that Node handed over for an upgrade: a refusal in plain HTTP/1.1, or a 101 and the bare stream.

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { hangUp } from '../connection/hang-up.ts';
import type { RawHeaders } from './headers.ts';
import type { Reply } from './reply.ts';

export function upgradeReply(socket: Duplex, early: Buffer): Reply {
  let headSent = false;
  let switched = false;
  const writeHead = (status: number, headers: RawHeaders): void => {
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
    socket.write(`${head}\r\n`, 'latin1');
  };
  return {
    get headSent() {
      return headSent;
    },
    inform: () => undefined,
    head(status, headers) {
      headSent = true;
      // The parser has left this connection, so nothing can follow on it.
      writeHead(status, [...headers, 'connection', 'close']);
    },
    write: (chunk) => socket.write(chunk),
    onDrain: (resume) => void socket.once('drain', resume),
    end: () => hangUp(socket),
    abort: () => void socket.destroy(),
    onClose(listener) {
      const left = (): void => {
        if (!switched && !socket.writableFinished) listener();
      };
      // A client that left while its request was judged is not waited for (threat G10).
      if (socket.closed) queueMicrotask(left);
      else socket.on('close', left);
    },
    switchProtocols(headers) {
      headSent = true;
      switched = true;
      writeHead(101, headers);
      if (early.length > 0) socket.unshift(early);
      return socket;
    },
  };
}
