// WebSocket frames (RFC 6455 §5) as they come, read strictly: what two readers could cut differently ends the connection.

/** What is wrong with a connection, with the status code that its ends are told (RFC 6455 §7.4.1). */
export class SocketFault extends Error {
  readonly closeCode: number;

  constructor(closeCode: number, message: string) {
    super(message);
    this.closeCode = closeCode;
  }
}

export const PROTOCOL_ERROR = 1002;
export const NOT_UTF8 = 1007;
export const NOT_ALLOWED = 1008;
export const TOO_LARGE = 1009;
export const TRY_LATER = 1013;

export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** A control frame's payload is at most this (§5.5). */
const MAX_CONTROL_BYTES = 125;

export interface FrameHead {
  readonly final: boolean;
  readonly opcode: number;
  /** Of the payload. */
  readonly length: number;
  /** Four bytes in frames of a client, null in a server's. */
  readonly mask: Buffer | null;
}

/** All bytes are given exactly once and in order, `raw` as they came. */
export interface FrameSink {
  dataHead(head: FrameHead, raw: Buffer): void;
  /** `offset`: how much of this frame's payload came before. */
  dataPayload(raw: Buffer, head: FrameHead, offset: number): void;
  dataEnd(head: FrameHead): void;
  /** A whole ping, pong or close frame. */
  control(head: FrameHead, raw: Buffer, payload: Buffer): void;
}

export type Side = 'client' | 'server';

/** Cuts the bytes of one side into frames. Holds back less than one head or control frame, never a payload. */
export class FrameReader {
  readonly #side: Side;
  readonly #sink: FrameSink;
  #rest: Buffer | null = null;
  #open: FrameHead | null = null;
  #offset = 0;

  constructor(side: Side, sink: FrameSink) {
    this.#side = side;
    this.#sink = sink;
  }

  /** True when the next byte is the first of a frame. */
  get between(): boolean {
    return this.#open === null && this.#rest === null;
  }

  /** Throws SocketFault; nothing may be pushed after that. */
  push(chunk: Buffer): void {
    let bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    while (bytes.length > 0) {
      const taken = this.#open === null ? this.#readHead(bytes) : this.#readPayload(this.#open, bytes);
      if (taken === 0) {
        this.#rest = bytes;
        return;
      }
      bytes = bytes.subarray(taken);
    }
  }

  #readPayload(head: FrameHead, bytes: Buffer): number {
    const raw = bytes.subarray(0, head.length - this.#offset);
    this.#sink.dataPayload(raw, head, this.#offset);
    this.#offset += raw.length;
    if (this.#offset === head.length) this.#endData(head);
    return raw.length;
  }

  /** How many bytes were used; 0 when more are needed. */
  #readHead(bytes: Buffer): number {
    const size = headBytes(bytes, this.#side);
    if (size === 0 || bytes.length < size) return 0;
    const head = frameHead(bytes, size);
    if (head.opcode < CLOSE) {
      this.#open = head;
      this.#offset = 0;
      this.#sink.dataHead(head, bytes.subarray(0, size));
      if (head.length === 0) this.#endData(head);
      return size;
    }
    const end = size + head.length;
    if (bytes.length < end) return 0;
    const payload = bytes.subarray(size, end);
    this.#sink.control(head, bytes.subarray(0, end), head.mask === null ? payload : unmasked(payload, head.mask, 0));
    return end;
  }

  #endData(head: FrameHead): void {
    this.#open = null;
    this.#sink.dataEnd(head);
  }
}

/** The size of the head that begins here, or 0 when that can't be told yet. Throws as soon as the head is seen to be wrong. */
function headBytes(bytes: Buffer, side: Side): number {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return 0;
  const opcode = first & 0x0f;
  // INVARIANT: no extension was negotiated, so a reserved bit can only mean that the two ends read other bytes than we do.
  if ((first & 0x70) !== 0) throw broken('a frame has a reserved bit set, and no extension was negotiated');
  if (opcode > BINARY && opcode !== CLOSE && opcode !== PING && opcode !== PONG) throw broken('a frame has a reserved opcode');
  if (((second & 0x80) !== 0) !== (side === 'client')) {
    throw broken(side === 'client' ? 'a client sent a frame without a mask' : 'a server sent a masked frame');
  }
  const length = second & 0x7f;
  if (opcode >= CLOSE && ((first & 0x80) === 0 || length > MAX_CONTROL_BYTES)) {
    throw broken('a control frame is in fragments or longer than 125 bytes');
  }
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (side === 'client' ? 4 : 0);
}

function frameHead(bytes: Buffer, size: number): FrameHead {
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const masked = (second & 0x80) !== 0;
  return {
    final: (first & 0x80) !== 0,
    opcode: first & 0x0f,
    length: payloadLength(bytes, second & 0x7f),
    mask: masked ? Buffer.from(bytes.subarray(size - 4, size)) : null,
  };
}

/** §5.2: the shortest form must be used, and the highest bit is 0. Readers that are laxer than others are a way around. */
function payloadLength(bytes: Buffer, short: number): number {
  if (short < 126) return short;
  if (short === 126) {
    const length = bytes.readUInt16BE(2);
    if (length < 126) throw broken('a frame has its length in a longer form than needed');
    return length;
  }
  const length = bytes.readBigUInt64BE(2);
  if (length < 65_536n || length >= 1n << 63n) throw broken('a frame has its length in a wrong form');
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new SocketFault(TOO_LARGE, 'a frame is longer than can be counted');
  return Number(length);
}

/** A copy with the mask undone; `offset` is where in the frame's payload it begins (§5.3). */
export function unmasked(bytes: Buffer, mask: Buffer, offset: number): Buffer {
  const plain = Buffer.allocUnsafe(bytes.length);
  for (let i = 0; i < bytes.length; i += 1) plain[i] = (bytes[i] ?? 0) ^ (mask[(offset + i) & 3] ?? 0);
  return plain;
}

function broken(message: string): SocketFault {
  return new SocketFault(PROTOCOL_ERROR, message);
}
