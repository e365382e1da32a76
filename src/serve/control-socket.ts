// dataDir/control.sock: where it is, that only its owner may open it, and that a stale one is told from one that answers.

import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { type Server, connect } from 'node:net';
import { join } from 'node:path';
import { InterlockError } from '../errors.ts';
import { ensurePrivateFolder } from '../record/private-file.ts';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, with the closing NUL; a longer one would be cut silently. */
const MAX_PATH_BYTES = 103;
const ANSWER_MS = 2_000;

export function controlSocketPath(dataDir: string): string {
  return join(dataDir, 'control.sock');
}

/**
 * Listens on `path` with mode 0600 in a folder with mode 0700: holding this socket is the administrator's authority.
 * Throws STORE_LOCKED when another gateway answers there, CONFIG_INVALID when the path is too long or is something else.
 */
export async function listenOnSocket(server: Server, dataDir: string): Promise<string> {
  const path = controlSocketPath(dataDir);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new InterlockError(
      'CONFIG_INVALID',
      `dataDir is too deep for a socket: ${path} has ${Buffer.byteLength(path)} bytes, at most ${MAX_PATH_BYTES} are possible`,
      { hint: 'set dataDir to a shorter path' },
    );
  }
  ensurePrivateFolder(dataDir);
  await removeStale(path);
  await bind(server, path);
  return path;
}

/** True when somebody accepts connections there. Anything but a plain refusal counts as somebody. */
export function answersAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(ANSWER_MS, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
  });
}

/** A gateway that was killed leaves its socket file behind; one that still answers must keep it. */
async function removeStale(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket())
    throw new InterlockError('CONFIG_INVALID', `${path} is in the way: expected no file or a socket there`, {
      hint: 'move it away',
    });
  if (await answersAt(path))
    throw new InterlockError('STORE_LOCKED', `another gateway runs on this data folder and answers at ${path}`, {
      hint: 'stop it first, or give this one its own dataDir',
    });
  unlinkSync(path);
}

function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The file is made inside `listen`, before it returns: between bind and chmod there must be no moment with wider rights.
    const umask = process.umask(0o177);
    try {
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(umask);
    }
    chmodSync(path, 0o600);
  });
}
