// Sends one exchange upstream and streams its answer to the client, with back-pressure both ways and nothing kept (E27).

import type { Duplex } from 'node:stream';
import { InterlockError } from '../errors.ts';
import type { RawHeaders } from '../http/headers.ts';
import { joinJudged } from '../http/judged-sockets.ts';
import type { MessageGate } from '../http/message-gate.ts';
import type { Reply } from '../http/reply.ts';
import { checkStatus, responseFields } from '../http/response-head.ts';
import { checkSwitch, joinSockets } from '../http/websocket.ts';
import { type BodyMeter, createBodyMeter, metered } from '../http/body-meter.ts';
import type { Flow, Outgoing, ResponseSink, Upstream } from './outgoing.ts';

/** Interim answers (RFC 9110 §15.2) are written without back-pressure, so an upstream may not send them without end (threat B20). */
const MAX_INTERIM = 100;

/** An approved request goes on for so long after its client has left. */
const OUTLIVE_MS = 60_000;

/** What became of an exchange once it was allowed out. */
export interface Sent {
  /** `sent`: the upstream answered. `failed`: nothing of it can have been acted on. `unknown`: it may have been. */
  readonly result: 'sent' | 'failed' | 'unknown';
  readonly status: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly requestDigest: string | null;
  readonly responseDigest: string | null;
  readonly error: InterlockError | null;
}

/** Extra response fields, such as `Interlock-Verdict`, set before the head goes out. */
interface RelayOptions {
  readonly extraHeaders: RawHeaders;
  /** Judges the messages of an upgraded connection; null: they pass as bytes. */
  readonly gate: MessageGate | null;
}

/**
 * Resolves when the exchange is over, in any way. `error` without `reply.headSent` means that the client has no answer yet:
 * the caller refuses in words. After the head a failure has already cut the client's connection.
 */
export function relay(upstream: Upstream, outgoing: Outgoing, reply: Reply, options: RelayOptions): Promise<Sent> {
  return new Promise((resolve) => {
    const run = new Relay(reply, options, outgoing, resolve);
    upstream.send(run.measured, run);
  });
}

class Relay implements ResponseSink {
  readonly #reply: Reply;
  readonly #extra: RawHeaders;
  readonly #gate: MessageGate | null;
  readonly #outgoing: Outgoing;
  readonly #resolve: (sent: Sent) => void;
  readonly #up: BodyMeter = createBodyMeter();
  readonly #down: BodyMeter = createBodyMeter();
  /** Null until the request is being written: before that, nothing of it can have been acted on. */
  #flow: Flow | null = null;
  #status: number | null = null;
  #informed = 0;
  #gone = false;
  #done = false;

  constructor(reply: Reply, options: RelayOptions, outgoing: Outgoing, resolve: (sent: Sent) => void) {
    this.#reply = reply;
    this.#extra = options.extraHeaders;
    this.#gate = options.gate;
    this.#outgoing = outgoing;
    this.#resolve = resolve;
    reply.onClose(() => {
      this.#gone = true;
      if (outgoing.fresh) this.#outlive();
      else this.#flow?.abort();
    });
    reply.onDrain(() => this.#flow?.resume());
  }

  /** What people let out is not undone by leaving: what came of it must be known. But nobody holds an upstream for ever by leaving (threat G5). */
  #outlive(): void {
    this.#flow?.resume();
    setTimeout(() => this.#flow?.abort(), OUTLIVE_MS).unref();
  }

  /** The request with its body counted. */
  get measured(): Outgoing {
    const { body } = this.#outgoing;
    if (body === null) return this.#outgoing;
    if (Buffer.isBuffer(body)) {
      this.#up.add(body);
      return this.#outgoing;
    }
    return { ...this.#outgoing, body: metered(body, this.#up) };
  }

  begin(flow: Flow): void {
    this.#flow = flow;
    if (this.#gone && !this.#outgoing.fresh) flow.abort();
  }

  inform(status: number, headers: RawHeaders): void {
    if (this.#done) return;
    this.#informed += 1;
    if (this.#informed > MAX_INTERIM) {
      this.fail(new InterlockError('UPSTREAM_PROTOCOL', `the upstream sent more than ${MAX_INTERIM} interim answers`));
      this.#flow?.abort();
    } else if (status !== 100) {
      this.#reply.inform(status, responseFields(headers)); // 100 is hop by hop: ours was sent already
    }
  }

  head(status: number, headers: RawHeaders, last: boolean): void {
    try {
      checkStatus(status);
      this.#status = status;
      if (this.#gone) return;
      const fields = responseFields(headers);
      this.#reply.head(status, this.#extra.length === 0 ? fields : [...fields, ...this.#extra], last);
    } catch (error) {
      this.fail(
        error instanceof InterlockError
          ? error
          : new InterlockError('UPSTREAM_PROTOCOL', 'the answer has an invalid head', { cause: error }),
      );
      this.#flow?.abort();
    }
  }

  data(chunk: Buffer): void {
    // undici's parser, woken with nothing new to read, tells of an empty piece: pausing for that would wake it again, for ever.
    if (this.#done || chunk.length === 0) return;
    this.#down.add(chunk);
    if (!this.#reply.write(chunk) && !this.#gone) this.#flow?.pause();
  }

  end(trailers: RawHeaders): void {
    if (this.#done) return;
    try {
      if (!this.#gone) this.#reply.end(trailers.length === 0 ? trailers : responseFields(trailers));
    } catch (error) {
      this.fail(new InterlockError('UPSTREAM_PROTOCOL', 'the answer has invalid trailers', { cause: error }));
      return;
    }
    this.#finish('sent', null);
  }

  fail(error: InterlockError): void {
    if (this.#done) return;
    if (this.#reply.headSent) this.#reply.abort();
    const failed = this.#gone ? new InterlockError('BODY_ABORTED', 'the client went away before the answer was whole') : error;
    this.#finish(this.#status !== null ? 'sent' : this.#flow === null ? 'failed' : 'unknown', failed);
  }

  switched(headers: RawHeaders, socket: Duplex): void {
    try {
      checkSwitch(this.#outgoing.headers, headers);
    } catch (error) {
      socket.destroy();
      this.fail(
        error instanceof InterlockError ? error : new InterlockError('UPSTREAM_PROTOCOL', 'the upgrade broke', { cause: error }),
      );
      return;
    }
    const client = this.#reply.switchProtocols([
      ...responseFields(headers),
      ...this.#extra,
      'connection',
      'Upgrade',
      'upgrade',
      'websocket',
    ]);
    if (client === null) {
      socket.destroy();
      this.fail(new InterlockError('UPSTREAM_PROTOCOL', 'this connection can not switch protocols'));
      return;
    }
    this.#status = 101;
    const onEnd = (): void => this.#finish('sent', null);
    if (this.#gate === null) joinSockets(client, socket, this.#up, this.#down, onEnd);
    else joinJudged({ client, upstream: socket, up: this.#up, down: this.#down, onEnd }, this.#gate);
  }

  #finish(result: Sent['result'], error: InterlockError | null): void {
    if (this.#done) return;
    this.#done = true;
    this.#resolve({
      result,
      status: this.#status,
      requestBytes: this.#up.bytes,
      responseBytes: this.#down.bytes,
      requestDigest: this.#up.digest(),
      responseDigest: this.#down.digest(),
      error,
    });
  }
}
