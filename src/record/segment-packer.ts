// Lines on their way into a sealed file: packed frame by frame, counted and hashed as the file will have them.

import { createHash } from 'node:crypto';
import type { Pace } from './pace.ts';
import { compressFrame, seekTable } from './seekable-file.ts';

export interface Packer {
  /** The next frames, each of these lines, as the file has them. To be awaited before the next call. */
  add(frames: ReadonlyArray<readonly string[]>, pace: Pick<Pace, 'breath'>): Promise<Buffer>;
  /** What ends the file. */
  end(): Buffer;
  /** Of the whole file. */
  digest(): { readonly sha256: string; readonly bytes: number };
}

export function packer(): Packer {
  const lines = lineBytes();
  const frames: Array<{ readonly bytes: number; readonly plainBytes: number }> = [];
  const sum = createHash('sha256');
  let bytes = 0;
  const count = (part: Buffer): Buffer => {
    sum.update(part);
    bytes += part.length;
    return part;
  };
  return {
    async add(these, pace) {
      const plain = await lines(these, pace);
      const packed = await Promise.all(plain.map(compressFrame));
      for (const [i, frame] of packed.entries()) frames.push({ bytes: frame.length, plainBytes: plain[i]?.length ?? 0 });
      return count(Buffer.concat(packed));
    },
    end: () => count(seekTable(frames)),
    digest: () => ({ sha256: sum.digest('hex'), bytes }),
  };
}

const USUAL_BYTES = 1024 * 1024;
/** UTF-8 takes at most three bytes for a UTF-16 unit. */
const UNIT_BYTES = 3;
const LINE_FEED = 0x0a;

/**
 * Frames as bytes, each line ended by a line feed. They are in one buffer, good until the next call: frames are so large that each would be
 * memory that the system gives anew, page by page, and that V8 collects the whole heap for.
 */
function lineBytes(): (frames: ReadonlyArray<readonly string[]>, pace: Pick<Pace, 'breath'>) => Promise<Buffer[]> {
  let bytes = Buffer.allocUnsafe(USUAL_BYTES);
  let end = 0;
  const add = (line: string): void => {
    const most = end + UNIT_BYTES * line.length + 1;
    if (most > bytes.length) bytes = Buffer.concat([bytes.subarray(0, end)], 2 * most);
    if (line !== '') end += bytes.write(line, end);
    bytes[end] = LINE_FEED;
    end += 1;
  };
  return async (frames, pace) => {
    const ends: number[] = [];
    end = 0;
    for (const frame of frames) {
      for (const line of frame) add(line);
      ends.push(end);
      await pace.breath();
    }
    return ends.map((to, i) => bytes.subarray(ends[i - 1] ?? 0, to));
  };
}
