// Entries shipped to a file: lines added to its end, synced before they count.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Sink, SinkSession } from './sink.ts';

/**
 * Each session opens the file by its name: what rotates logs moves it away and does nothing else. Lines of a session that has begun go into
 * the file that was moved, for a second at most.
 */
const SESSION_MS = 1_000;
const LINE_FEED = 10;

export function fileSink(path: string): Sink {
  return {
    target: `file ${path}`,
    sessionMs: SESSION_MS,
    async open() {
      // Never through a link: whoever may write in that folder could lead it elsewhere. Not created readable for others.
      const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
      const file = await open(path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o600);
      try {
        await endTornLine(file, path);
      } catch (error) {
        await file.close();
        throw error;
      }
      return sessionOn(file);
    },
  };
}

function sessionOn(file: FileHandle): SinkSession {
  return {
    write: (messages) => file.appendFile(messages.map(({ text }) => `${text}\n`).join('')),
    async finish() {
      await file.datasync();
      await file.close();
    },
    abort: () => void file.close().catch(() => undefined),
  };
}

/** A crash or a full disk may have cut a line: the next one must not stand behind it. The cut entry comes again. */
async function endTornLine(file: FileHandle, path: string): Promise<void> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new Error(`${path} is no plain file`);
  if (stat.size === 0) return;
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: stat.size - 1 });
  if (buffer[0] !== LINE_FEED) await file.appendFile('\n');
}
