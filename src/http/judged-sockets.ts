// Joins the two sockets of a WebSocket whose messages are judged: each waits for its verdict, in order, and nothing else does.

import type { Duplex } from 'node:stream';
import type { BodyMeter } from './body-meter.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { closeAfter } from './last-bytes.ts';
import type { MessageGate, MessageLeg } from './message-gate.ts';
import { ServerSide } from './server-frames.ts';
import type { SocketMessage } from './socket-message.ts';
import { NOT_ALLOWED, PROTOCOL_ERROR, SocketFault } from './websocket-frames.ts';
import { MessageReader, type MessageSink } from './websocket-messages.ts';
import { closeFrame, messageFrame } from './websocket-write.ts';

interface SocketPair {
  readonly client: Duplex;
  readonly upstream: Duplex;
  readonly up: BodyMeter;
  readonly down: BodyMeter;
  /** Runs once, when both are closed. */
  readonly onEnd: () => void;
}

/** Bytes that may stand behind a message that is being judged before the client is read no further. */
const QUEUED_BYTES = 256 * 1024;
/** So much of answers that it does not read may a client have waiting before it is read no further: refusals cost it nothing (threat G1). */
const UNHEARD_BYTES = 1024 * 1024;
/** A message that is held for judging must be whole within this (threat G1). */
const WHOLE_MS = 35_000;
/** After a close frame the other side has this long to hang up. */
const CLOSING_MS = 2_000;

export function joinJudged(pair: SocketPair, gate: MessageGate): void {
  new JudgedSockets(pair, gate).start();
}

interface Queued {
  /** Null: bytes that are not judged. */
  readonly message: SocketMessage | null;
  readonly raw: Buffer;
}

class JudgedSockets implements MessageSink {
  readonly #pair: SocketPair;
  readonly #gate: MessageGate;
  readonly #messages: MessageReader;
  readonly #server: ServerSide;
  /** Runs while a message is half here. */
  readonly #whole: Deadline = createDeadline(WHOLE_MS, () =>
    this.#hangUp(NOT_ALLOWED, `a message took longer than ${WHOLE_MS / 1000} s`),
  );
  readonly #queue: Queued[] = [];
  readonly #closeListeners = new Set<() => void>();
  #queuedBytes = 0;
  #judging = false;
  #ending = false;
  #gone = false;
  #left = false;
  /** INVARIANT: of a client that said its last word nothing is held for people, also what is judged only after that. */
  #toldGone = false;
  #open = 2;

  constructor(pair: SocketPair, gate: MessageGate) {
    this.#pair = pair;
    this.#gate = gate;
    this.#messages = new MessageReader(gate, this);
    this.#server = new ServerSide((bytes) => void pair.client.write(bytes));
  }

  start(): void {
    const { client, upstream, down } = this.#pair;
    client.on('data', (chunk: Buffer) => this.#fromClient(chunk));
    upstream.on('data', (chunk: Buffer) => {
      down.add(chunk);
      this.#fromServer(chunk);
    });
    client.on('drain', () => {
      upstream.resume();
      this.#flow();
    });
    upstream.on('drain', () => this.#flow());
    client.on('end', () => this.#leave());
    upstream.on('end', () => client.end());
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      socket.on('close', () => this.#closed(socket));
    }
    // Either may come paused, and then a listener alone does not start it.
    client.resume();
    upstream.resume();
    // One that closed before it was joined never says so again, and the other would be held open for nobody (threat G10).
    for (const socket of [client, upstream]) if (socket.closed) this.#closed(socket);
  }

  pass(raw: Buffer): void {
    if (this.#judging) this.#enqueue({ message: null, raw });
    else this.#write(raw);
  }

  message(message: SocketMessage, raw: Buffer): void {
    if (this.#judging) this.#enqueue({ message, raw });
    else this.#judge(message, raw);
  }

  ping(raw: Buffer): void {
    // INVARIANT: the upstream is between two frames here, judging or not: nothing is queued in the middle of one (RFC 6455 §5.4).
    this.#write(raw);
  }

  close(raw: Buffer): void {
    this.pass(raw);
    this.#tellGone();
  }

  #fromClient(chunk: Buffer): void {
    if (this.#ending) return;
    try {
      this.#messages.push(chunk);
      this.#whole.running(this.#messages.holding);
      this.#flow();
    } catch (error) {
      this.#fault(error);
    }
  }

  #fromServer(chunk: Buffer): void {
    if (this.#gone || this.#ending) return;
    try {
      this.#server.push(chunk);
      if (this.#pair.client.writableNeedDrain) this.#pair.upstream.pause();
    } catch (error) {
      this.#fault(error);
    }
  }

  #judge(message: SocketMessage, raw: Buffer): void {
    const leg: MessageLeg = {
      send: () => this.#write(raw),
      refuse: (answer, words) => {
        if (answer === null || !this.#server.say(messageFrame(answer, message.text))) this.#hangUp(NOT_ALLOWED, words);
      },
      onClose: (listener) => {
        if (this.#toldGone) queueMicrotask(listener);
        else this.#closeListeners.add(listener);
      },
    };
    const judged = this.#gate.judge(message, leg);
    if (judged === null) {
      this.#write(raw);
      this.#gate.budget.give(raw.length);
      return;
    }
    this.#judging = true;
    void this.#afterwards(judged, raw);
  }

  async #afterwards(judged: Promise<void>, raw: Buffer): Promise<void> {
    await judged;
    this.#judging = false;
    this.#closeListeners.clear();
    this.#gate.budget.give(raw.length);
    this.#advance();
  }

  /** What stood behind a message goes on, up to the next that must be judged. */
  #advance(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#queuedBytes -= next.raw.length;
      if (next.message === null) this.#write(next.raw);
      else this.#judge(next.message, next.raw);
      if (this.#judging) return;
    }
    if (this.#left) this.#pair.upstream.end();
    else this.#flow();
  }

  #enqueue(queued: Queued): void {
    this.#queue.push(queued);
    this.#queuedBytes += queued.raw.length;
  }

  #write(raw: Buffer): boolean {
    const { upstream, up } = this.#pair;
    if (this.#gone || this.#ending || upstream.destroyed || !upstream.writable) return false;
    up.add(raw);
    upstream.write(raw);
    return true;
  }

  /** The client is read while there is room behind the message that is judged, and each side takes what it gets. */
  #flow(): void {
    const { client, upstream } = this.#pair;
    const full = this.#queuedBytes > QUEUED_BYTES || client.writableLength > UNHEARD_BYTES;
    if (full || upstream.writableNeedDrain) client.pause();
    else client.resume();
  }

  #fault(error: unknown): void {
    const fault = error instanceof SocketFault ? error : new SocketFault(PROTOCOL_ERROR, 'the connection broke');
    this.#hangUp(fault.closeCode, fault.message);
  }

  /** INVARIANT: from here on nothing of the client's reaches the upstream any more. */
  #hangUp(code: number, words: string): void {
    if (this.#ending) return;
    const { client, upstream } = this.#pair;
    this.#server.say(closeFrame(code, words, 'server'));
    client.end();
    // In the middle of a frame a close frame would be read as its payload.
    if (this.#judging || this.#messages.between) upstream.end(closeFrame(1001, '', 'client'));
    else upstream.destroy();
    this.#ending = true;
    this.#tellGone();
    setTimeout(() => {
      client.destroy();
      upstream.destroy();
    }, CLOSING_MS).unref();
  }

  /** The client says no more: what is judged goes if it may, and is not held for people. */
  #leave(): void {
    this.#left = true;
    this.#tellGone();
    if (!this.#judging) this.#pair.upstream.end();
  }

  #tellGone(): void {
    this.#toldGone = true;
    for (const listener of [...this.#closeListeners]) listener();
    this.#closeListeners.clear();
  }

  #closed(gone: Duplex): void {
    this.#open -= 1;
    this.#gone = true;
    this.#release();
    this.#tellGone();
    const { client, upstream } = this.#pair;
    closeAfter(gone, gone === client ? upstream : client);
    if (this.#open === 0) this.#pair.onEnd();
  }

  #release(): void {
    this.#whole.running(false);
    this.#messages.drop();
    for (const queued of this.#queue) if (queued.message !== null) this.#gate.budget.give(queued.raw.length);
    this.#queue.length = 0;
    this.#queuedBytes = 0;
  }
}
