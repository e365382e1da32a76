// Reads frames of sealed files by their number. Who reads them one after the other gets many from one read of the file.

import { readBytes, readSeekTable, unpack } from './seekable-file.ts';
import type { FramePlace } from './seekable-file.ts';
import { isMissing, recent } from './recent.ts';

export interface FrameReader {
  /** The lines of frame `index`, each ended by a line feed; null where the file or the frame is not there. Throws STORE_CORRUPT. */
  plain(path: string, index: number): Promise<Buffer | null>;
  /** The file was changed. */
  forget(path: string): void;
}

interface Window {
  readonly offset: number;
  readonly bytes: Buffer;
}

const KEPT_TABLES = 64;
/** Files that are read from end to end at once, about: entries and values of one segment and of the next. */
const KEPT_WINDOWS = 4;
/** Some twenty frames. */
const WINDOW_BYTES = 512 * 1024;

export function createFrameReader(): FrameReader {
  const tables = recent<readonly FramePlace[] | null>(KEPT_TABLES);
  const windows = recent<Window>(KEPT_WINDOWS);
  /** The frame that comes next, of files that are read in their order. */
  const due = new Map<string, number>();

  /** Null where the file is not there. */
  const tableOf = (path: string): Promise<readonly FramePlace[] | null> =>
    tables(path, () =>
      readSeekTable(path).catch((error: unknown) => {
        isMissing(error);
        return null;
      }),
    );

  async function windowAt(path: string, table: readonly FramePlace[], index: number): Promise<Window> {
    const { offset } = table[index] ?? { offset: 0 };
    let bytes = 0;
    for (let i = index; i < table.length && bytes < WINDOW_BYTES; i += 1) bytes += table[i]?.bytes ?? 0;
    return { offset, bytes: await readBytes(path, offset, bytes) };
  }

  async function packedOf(path: string, table: readonly FramePlace[], index: number, place: FramePlace): Promise<Buffer> {
    const follows = due.get(path) === index;
    due.delete(path);
    due.set(path, index + 1);
    const [oldest] = due.keys();
    if (due.size > KEPT_TABLES && oldest !== undefined) due.delete(oldest);
    if (!follows) return readBytes(path, place.offset, place.bytes);
    let window = await windows(path, () => windowAt(path, table, index));
    if (place.offset < window.offset || place.offset + place.bytes > window.offset + window.bytes.length) {
      windows(path, null);
      window = await windows(path, () => windowAt(path, table, index));
    }
    const from = place.offset - window.offset;
    return window.bytes.subarray(from, from + place.bytes);
  }

  async function read(path: string, index: number): Promise<Buffer | null> {
    const table = await tableOf(path);
    const place = table?.[index];
    if (table === null || place === undefined) return null;
    return unpack(path, place, await packedOf(path, table, index, place));
  }

  function forget(path: string): void {
    tables(path, null);
    windows(path, null);
  }

  return {
    forget,
    plain: (path, index) =>
      read(path, index).catch(() => {
        // Erasing puts another file in its place, and a drop takes it away: of what was known of the old one nothing holds then.
        forget(path);
        return read(path, index);
      }),
  };
}
