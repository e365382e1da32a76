// The server's frames on their way to the client, and a place between two of its messages for what Interlock says itself.

import { CONTINUATION, type FrameHead, FrameReader, type FrameSink, PROTOCOL_ERROR, SocketFault } from './websocket-frames.ts';

/** What may wait for the server to end its message. */
const MAX_WAITING = 64;

export class ServerSide implements FrameSink {
  readonly #frames: FrameReader = new FrameReader('server', this);
  readonly #write: (bytes: Buffer) => void;
  readonly #waiting: Buffer[] = [];
  /** Of the chunk that is being read. */
  #out: Buffer[] = [];
  #inMessage = false;

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
  }

  /** Throws SocketFault when a frame is not a server's. */
  push(chunk: Buffer): void {
    this.#out = [];
    this.#frames.push(chunk);
    const [only, second] = this.#out;
    if (only !== undefined) this.#write(second === undefined ? only : Buffer.concat(this.#out));
    this.#out = [];
  }

  /** A frame of ours: now, or when the server's message has ended (RFC 6455 §5.4). False: too much waits already. */
  say(frame: Buffer): boolean {
    if (!this.#inMessage && this.#frames.between) {
      this.#write(frame);
      return true;
    }
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push(frame);
    return true;
  }

  dataHead(head: FrameHead, raw: Buffer): void {
    if ((head.opcode === CONTINUATION) !== this.#inMessage) {
      throw new SocketFault(PROTOCOL_ERROR, 'the server began a message inside another');
    }
    this.#inMessage = true;
    this.#out.push(raw);
  }

  dataPayload(raw: Buffer): void {
    this.#out.push(raw);
  }

  dataEnd(head: FrameHead): void {
    if (!head.final) return;
    this.#inMessage = false;
    this.#out.push(...this.#waiting.splice(0));
  }

  control(_head: FrameHead, raw: Buffer): void {
    this.#out.push(raw);
  }
}
