// Reply over Node's HTTP/1.1 server.

import type { ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';

export function http1Reply(response: ServerResponse): Reply {
  let drain: (() => void) | null = null;
  let listening = false;
  return {
    get headSent() {
      return response.headersSent;
    },
    inform(status, headers) {
      if (response.headersSent) return;
      // Node writes 1xx heads only through these; anything but 103 has no fields of use to a client.
      try {
        if (status === 103) response.writeEarlyHints(hints(headers));
        else if (status === 102) response.writeProcessing();
      } catch {
        // Node throws on a `Link` it does not like: hints are advice, so an upstream's bad ones are left out (threat B20).
      }
    },
    head(status, headers) {
      response.sendDate = false;
      response.writeHead(status, [...headers]);
    },
    write: (chunk) => response.write(chunk),
    onDrain(resume) {
      drain = resume;
      if (listening) return;
      listening = true; // one shared listener: adding one for each pause would leak under a slow reader
      response.on('drain', () => drain?.());
    },
    end(trailers) {
      if (trailers.length > 0) response.addTrailers(pairs(trailers));
      response.end();
    },
    abort: () => response.destroy(),
    onClose(listener) {
      const left = (): void => {
        if (!response.writableFinished) listener();
      };
      // A client that left while its request was judged is not waited for (threat G10).
      if (response.closed) queueMicrotask(left);
      else response.on('close', left);
    },
    switchProtocols: () => null,
  };
}

function hints(headers: readonly string[]): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  for (const [name, value] of pairs(headers)) {
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return fields;
}

function pairs(flat: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) list.push([(flat[i] ?? '').toLowerCase(), flat[i + 1] ?? '']);
  return list;
}
