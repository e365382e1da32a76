// Reply to a CONNECT: a refusal in HTTP while none was established, only an end after that.

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawHeaders } from '../http/headers.ts';
import type { Reply } from '../http/reply.ts';
import { hangUp } from './hang-up.ts';

/** RFC 9110 §9.3.6: a 2xx answer to CONNECT has no content, and everything after it is the tunnel. */
export function establish(socket: Duplex): void {
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
}

/** `established`: the 200 went out already, so a refusal can only close. */
export function connectReply(socket: Duplex, established: boolean): Reply {
  let headSent = established;
  return {
    get headSent() {
      return headSent;
    },
    inform: () => undefined,
    head(status, headers: RawHeaders) {
      if (headSent) return;
      headSent = true;
      let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
      for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
      socket.write(`${head}connection: close\r\n\r\n`, 'latin1');
    },
    write: (chunk) => (established ? true : socket.write(chunk)),
    onDrain: () => undefined,
    end: () => hangUp(socket),
    abort: () => void socket.destroy(),
    onClose(listener) {
      // A client that left while its tunnel was judged is not waited for (threat G10).
      if (socket.closed) queueMicrotask(listener);
      else socket.on('close', listener);
    },
    switchProtocols(): Duplex {
      if (!headSent) establish(socket);
      headSent = true;
      return socket;
    },
  };
}
