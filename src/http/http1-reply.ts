// Reply over Node's HTTP/1.1 server.

import type { ServerResponse } from 'node:http';
import type { RawHeaders } from './headers.ts';
import type { Reply } from './reply.ts';

export function http1Reply(response: ServerResponse): Reply {
  return new Http1Reply(response);
}

/**
 * A class, since this is made for every request: a literal with a getter gets an object map of its own each time. V8 keeps maps and the
 * closures in them in its old space, so that the whole exchange outlived every young collection (a third of all CPU went there).
 */
class Http1Reply implements Reply {
  readonly #response: ServerResponse;
  #drain: (() => void) | null = null;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get headSent(): boolean {
    return this.#response.headersSent;
  }

  inform(status: number, headers: RawHeaders): void {
    if (this.#response.headersSent) return;
    // Node writes 1xx heads only through these; anything but 103 has no fields of use to a client.
    try {
      if (status === 103) this.#response.writeEarlyHints(hints(headers));
      else if (status === 102) this.#response.writeProcessing();
    } catch {
      // Node throws on a `Link` it does not like: hints are advice, so an upstream's bad ones are left out (threat B20).
    }
  }

  head(status: number, headers: RawHeaders): void {
    this.#response.sendDate = false;
    this.#response.writeHead(status, [...headers]);
  }

  write(chunk: Buffer): boolean {
    return this.#response.write(chunk);
  }

  onDrain(resume: () => void): void {
    // One shared listener: adding one for each pause would leak under a slow reader.
    if (this.#drain === null) this.#response.on('drain', () => this.#drain?.());
    this.#drain = resume;
  }

  end(trailers: RawHeaders): void {
    if (trailers.length > 0) this.#response.addTrailers(pairs(trailers));
    this.#response.end();
  }

  abort(): void {
    this.#response.destroy();
  }

  onClose(listener: () => void): void {
    const response = this.#response;
    const left = (): void => {
      if (!response.writableFinished) listener();
    };
    // A client that left while its request was judged is not waited for (threat G10).
    if (response.closed) queueMicrotask(left);
    else response.on('close', left);
  }

  switchProtocols(): null {
    return null;
  }
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
