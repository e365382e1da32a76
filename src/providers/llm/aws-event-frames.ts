// AWS's binary event stream (`application/vnd.amazon.eventstream`): messages with a length, headers, a payload and two checksums.

import { crc32 } from 'node:zlib';
import type { AnswerFrame, FrameCutter } from '../call-reader.ts';
import { FRAME_BYTES } from './answer-frames.ts';

const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

/**
 * Each message is a frame: its data is the payload, its type the event's. INVARIANT: lengths, headers and checksums are right, or it throws:
 * SDKs check them too, and what they would read of a wrong one is nobody's to say. https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function awsEventFrames(): FrameCutter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wanted = PRELUDE_BYTES;

  function cut(frames: AnswerFrame[]): void {
    let bytes = Buffer.concat(held);
    while (bytes.length >= PRELUDE_BYTES) {
      const total = totalOf(bytes);
      wanted = total;
      if (bytes.length < total) break;
      frames.push(messageOf(bytes.subarray(0, total)));
      bytes = bytes.subarray(total);
      wanted = PRELUDE_BYTES;
    }
    held = bytes.length === 0 ? [] : [bytes];
    heldBytes = bytes.length;
  }

  return {
    push(chunk) {
      const frames: AnswerFrame[] = [];
      held.push(chunk);
      heldBytes += chunk.length;
      // Only put together once there is enough of it: a long message in small chunks costs no more than its length.
      if (heldBytes >= wanted) cut(frames);
      return frames;
    },
    rest() {
      if (heldBytes > 0) throw new Error('the answer ended within a message');
      return null;
    },
    heldBytes: () => heldBytes,
  };
}

function totalOf(bytes: Buffer): number {
  const total = bytes.readUInt32BE(0);
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw new Error("a message's prelude has a wrong checksum");
  if (total > FRAME_BYTES) throw new RangeError('a part of the answer is too long');
  if (total < PRELUDE_BYTES + bytes.readUInt32BE(4) + CHECKSUM_BYTES)
    throw new Error("a message's lengths contradict each other");
  return total;
}

function messageOf(raw: Buffer): AnswerFrame {
  const end = raw.length - CHECKSUM_BYTES;
  if (crc32(raw.subarray(0, end)) !== raw.readUInt32BE(end)) throw new Error('a message has a wrong checksum');
  const payloadAt = PRELUDE_BYTES + raw.readUInt32BE(4);
  const headers = headersOf(raw.subarray(PRELUDE_BYTES, payloadAt));
  return { raw, data: raw.subarray(payloadAt, end), type: eventType(headers) };
}

/**
 * Exceptions and errors are no events: every SDK throws them. INVARIANT: of what else is said to be none, nothing passes: boto3 takes it for an
 * event all the same.
 */
function eventType(headers: ReadonlyMap<string, string>): string {
  const message = headers.get(':message-type');
  if (message === 'exception' || message === 'error') return '';
  const type = headers.get(':event-type');
  if (message !== 'event' || type === undefined) throw new Error('a message is no event, and no error');
  return type;
}

/** Bytes of a value, by its type; strings and byte arrays tell theirs. */
const VALUE_BYTES: readonly number[] = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
const TEXT = 7;

/** Those that are text. Throws RangeError where one ends behind the last byte. */
function headersOf(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const names = new Set<string>();
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const name = bytes.toString('utf8', at + 1, nameEnd);
    const type = bytes.readUInt8(nameEnd);
    const fixed = VALUE_BYTES[type];
    if (fixed === undefined) throw new Error("a message's header has no known type");
    const from = nameEnd + 1 + (fixed === -1 ? 2 : 0);
    const to = from + (fixed === -1 ? bytes.readUInt16BE(nameEnd + 1) : fixed);
    if (to > bytes.length) throw new RangeError("a message's header is longer than all of them");
    // Of a repeated one SDKs take the last, others the first (C5).
    const folded = name.toLowerCase();
    if (names.has(folded)) throw new Error("a message's header is repeated");
    names.add(folded);
    if (type === TEXT) headers.set(name, bytes.toString('utf8', from, to));
    at = to;
  }
  return headers;
}

/** An event with JSON in it, its checksums made anew. */
export function awsEvent(type: string, json: string): Buffer {
  const headers = Buffer.concat([
    textHeader(':event-type', type),
    textHeader(':content-type', 'application/json'),
    textHeader(':message-type', 'event'),
  ]);
  const payload = Buffer.from(json);
  const message = Buffer.alloc(PRELUDE_BYTES + headers.length + payload.length + CHECKSUM_BYTES);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  headers.copy(message, PRELUDE_BYTES);
  payload.copy(message, PRELUDE_BYTES + headers.length);
  const end = message.length - CHECKSUM_BYTES;
  message.writeUInt32BE(crc32(message.subarray(0, end)), end);
  return message;
}

function textHeader(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from([TEXT]), length, text]);
}
