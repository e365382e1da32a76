// How answers of models are framed: server-sent events, lines, or one document.

import { isUtf8 } from 'node:buffer';
import { eventCutter, type ServerEvent } from '../../classify/sse-events.ts';
import type { AnswerFrame, FrameCutter } from '../call-reader.ts';

/** Of one frame: an event with a generated image in it has some megabytes. */
export const FRAME_BYTES = 16 * 1024 * 1024;

export function eventFrames(): FrameCutter {
  const cutter = eventCutter(FRAME_BYTES);
  return {
    push: (chunk) => cutter.push(chunk).map(frameOf),
    rest() {
      const rest = cutter.rest();
      return rest === null ? null : frameOf(rest);
    },
    heldBytes: () => cutter.heldBytes(),
  };
}

/** INVARIANT: text is UTF-8. What stands in for a byte that is none differs from reader to reader. */
function frameOf({ raw, data, type }: ServerEvent): AnswerFrame {
  if (!isUtf8(raw)) throw new Error("a part of a model's answer is not UTF-8");
  return { raw, data: data === null ? null : Buffer.from(data), type };
}

/** NDJSON: each line is a document, the last may want its line feed. */
export function lineFrames(): FrameCutter {
  const held = chunksHeld();
  return {
    push(chunk) {
      const frames: AnswerFrame[] = [];
      let from = 0;
      for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
        frames.push(lineOf(held.take(chunk.subarray(from, at + 1))));
        from = at + 1;
      }
      held.add(chunk.subarray(from));
      return frames;
    },
    rest: () => (held.bytes === 0 ? null : lineOf(held.take(NOTHING))),
    heldBytes: () => held.bytes,
  };
}

/** All of the answer is one frame. */
export function wholeFrame(): FrameCutter {
  const held = chunksHeld();
  return {
    push(chunk) {
      held.add(chunk);
      return [];
    },
    rest() {
      if (held.bytes === 0) return null;
      const raw = held.take(NOTHING);
      return { raw, data: raw, type: '' };
    },
    heldBytes: () => held.bytes,
  };
}

/** The event again with other data; its other lines stay. Data is one line of JSON. */
export function eventOf(type: string, data: string): Buffer {
  return Buffer.from(`${type === '' || type === 'message' ? '' : `event: ${type}\n`}data: ${data}\n\n`);
}

const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

function lineOf(raw: Buffer): AnswerFrame {
  const blank = raw.toString('latin1').trim() === '';
  return { raw, data: blank ? null : raw, type: '' };
}

function chunksHeld() {
  let chunks: Buffer[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(chunk: Buffer): void {
      if (chunk.length === 0) return;
      bytes += chunk.length;
      if (bytes > FRAME_BYTES) throw new RangeError('a part of the answer is too long');
      chunks.push(chunk);
    },
    take(last: Buffer): Buffer {
      const whole = chunks.length === 0 ? last : Buffer.concat([...chunks, last]);
      chunks = [];
      bytes = 0;
      return whole;
    },
  };
}
