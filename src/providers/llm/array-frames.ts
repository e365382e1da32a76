// A JSON array that is streamed piece by piece, cut into its elements: Gemini's stream when no events were asked for.

import type { AnswerFrame, FrameCutter } from '../call-reader.ts';
import { FRAME_BYTES, wholeFrame } from './answer-frames.ts';

const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Each element is a frame, and so is what stands between two. An answer that is no array is one frame. INVARIANT: between elements there are
 * only commas and white space, and each is an object: clients that search for braces, or read line by line, find the same ones (C5).
 */
export function arrayFrames(): FrameCutter {
  let inner: FrameCutter | null = null;
  return {
    push(chunk) {
      if (inner !== null) return inner.push(chunk);
      const first = chunk.find((byte) => !BLANK.has(byte));
      // White space in front means nothing: kept until more comes, it would be put together again with every chunk.
      if (first === undefined) return chunk.length === 0 ? [] : [mark(chunk)];
      inner = first === 0x5b ? elementFrames() : wholeFrame();
      return inner.push(chunk);
    },
    rest: () => inner?.rest() ?? null,
    heldBytes: () => inner?.heldBytes() ?? 0,
  };
}

type Place = 'before' | 'first' | 'element' | 'behind' | 'comma' | 'over';

/** What may come at a place, and where that leads. */
const NEXT: Readonly<Record<Exclude<Place, 'element'>, ReadonlyMap<number, Place>>> = {
  before: new Map([[0x5b, 'first']]),
  first: new Map([
    [0x7b, 'element'],
    [0x5d, 'over'],
  ]),
  behind: new Map([
    [0x2c, 'comma'],
    [0x5d, 'over'],
  ]),
  comma: new Map([[0x7b, 'element']]),
  over: new Map(),
};

function elementFrames(): FrameCutter {
  let place: Place = 'before';
  let held: Buffer[] = [];
  let heldBytes = 0;
  const element = elementEnd();

  function take(piece: Buffer): Buffer {
    const raw = held.length === 0 ? piece : Buffer.concat([...held, piece]);
    held = [];
    heldBytes = 0;
    return raw;
  }

  return {
    push(chunk) {
      const frames: AnswerFrame[] = [];
      let from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        if (place === 'element') {
          if (!element(byte)) continue;
          const raw = take(chunk.subarray(from, at + 1));
          frames.push({ raw, data: raw, type: '' });
          from = at + 1;
          place = 'behind';
        } else if (!BLANK.has(byte)) {
          const next = NEXT[place].get(byte);
          if (next === undefined) throw new Error("a model's answer is no array of objects");
          if (next === 'element') {
            if (at > from) frames.push(mark(chunk.subarray(from, at)));
            from = at;
            element(byte);
          }
          place = next;
        }
      }
      const left = chunk.subarray(from);
      // Marks between two elements go at once.
      if (left.length > 0 && place !== 'element') frames.push(mark(left));
      else if (left.length > 0) {
        held.push(left);
        heldBytes += left.length;
        if (heldBytes > FRAME_BYTES) throw new RangeError('a part of the answer is too long');
      }
      return frames;
    },
    rest() {
      if (heldBytes === 0) return null;
      const raw = take(NOTHING);
      return { raw, data: raw, type: '' };
    },
    heldBytes: () => heldBytes,
  };
}

/** True at the brace that ends the object; then it is ready for the next. */
function elementEnd(): (byte: number) => boolean {
  let depth = 0;
  let inText = false;
  let isEscaped = false;
  return (byte) => {
    if (inText) {
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) inText = false;
      return false;
    }
    if (byte === QUOTE) inText = true;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    return depth === 0;
  };
}

const NOTHING = Buffer.alloc(0);

function mark(raw: Buffer): AnswerFrame {
  return { raw, data: null, type: '' };
}
